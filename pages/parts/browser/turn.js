// Another question begins at its top, a reply at the reply; and the keyboard goes on from there.

let coming;

export function show({ data, parentElement }) {
  const place = parentElement.querySelector(".turn");
  const { turn, replied } = place.dataset;
  place.dataset.turn = data.turn;
  place.dataset.replied = data.replied;
  coming?.disconnect();
  if (turn === undefined) return;
  const page = document.querySelector('[data-testid="stMain"]');
  if (turn !== data.turn) {
    goOnFrom(page.querySelector("h1"));
    page.scrollTo({ top: 0, behavior: "instant" });
  } else if (data.replied && replied !== "true") {
    whenThere(page, ".st-key-reply .stAlert", (reply) => {
      const at = document.activeElement;
      if (at === document.body || page.contains(at)) goOnFrom(reply); // and not in the menu meanwhile
      keepInSight(reply, page);
    });
  }
}

function goOnFrom(element) {
  element?.setAttribute("tabindex", "-1");
  element?.focus({ preventScroll: true });
}

// The page is still being drawn: what is above the reply comes and goes for a moment, unless the reader moves on.
function keepInSight(reply, page) {
  const over = new AbortController();
  const watcher = new ResizeObserver(() => reply.scrollIntoView({ block: "nearest" }));
  over.signal.addEventListener("abort", () => watcher.disconnect());
  watcher.observe(page.firstElementChild);
  for (const name of ["wheel", "touchmove", "keydown", "pointerdown"]) {
    addEventListener(name, () => over.abort(), { passive: true, signal: over.signal });
  }
  setTimeout(() => over.abort(), 3000);
}

// What the reply says may have to be computed first.
function whenThere(page, selector, then) {
  const look = () => {
    const found = page.querySelector(selector);
    if (!found) return;
    coming.disconnect();
    then(found);
  };
  coming = new MutationObserver(look);
  coming.observe(page, { childList: true, subtree: true });
  look();
}
