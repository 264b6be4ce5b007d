// Another question begins at its top, and the keyboard goes on from there.

export function show({ data, parentElement }) {
  const place = parentElement.querySelector(".turn");
  const before = place.dataset.turn;
  place.dataset.turn = data.turn;
  if (before === undefined || before === data.turn) return;
  const page = document.querySelector('[data-testid="stMain"]');
  const title = page.querySelector("h1");
  title?.setAttribute("tabindex", "-1");
  title?.focus({ preventScroll: true });
  page.scrollTo({ top: 0, behavior: "instant" });
}
