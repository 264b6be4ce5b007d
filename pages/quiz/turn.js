// Another question begins at its top, a reply at the reply; and the keyboard goes on from there.

import { keepInSight } from "../parts/reader.js";

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
      keepInSight(reply);
    });
  }
}

function goOnFrom(element) {
  element?.setAttribute("tabindex", "-1");
  element?.focus({ preventScroll: true });
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
