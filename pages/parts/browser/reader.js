// What the page may do by itself: as much as the reader wants, and for as long as the reader does nothing.

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
export const glide = () => (calm() ? "instant" : "smooth"); // how the page scrolls

export const MOVES = ["wheel", "touchmove", "keydown", "pointerdown"];
const LONGEST = 3000; // milliseconds

// A signal that ends what the page does by itself.
export function untilTheReaderMoves() {
  const over = new AbortController();
  for (const name of MOVES) addEventListener(name, () => over.abort(), { passive: true, signal: over.signal });
  setTimeout(() => over.abort(), LONGEST);
  return over.signal;
}

// Keeps an element in sight while the page around it is still being drawn.
export function keepInSight(element, behavior = "instant") {
  const watcher = new ResizeObserver(() => element.scrollIntoView({ behavior, block: "nearest" }));
  watcher.observe(element.closest(".stMain").firstElementChild);
  untilTheReaderMoves().addEventListener("abort", () => watcher.disconnect());
}
