// What the page may do by itself: as much as the reader wants, and for as long as the reader does nothing.

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
export const glide = () => (calm() ? "instant" : "smooth"); // how the page scrolls

export const MOVES = ["wheel", "touchmove", "keydown", "pointerdown"];
const LONGEST = 3000; // milliseconds
const LONGEST_DRAWING = 60000;
const LOOKS = 200; // milliseconds between two looks at a page that is being drawn
const STILL = 6; // looks without a change, and it has come to rest

// A signal that ends what the page does by itself.
export function untilTheReaderMoves(longest = LONGEST) {
  const over = new AbortController();
  for (const name of MOVES) addEventListener(name, () => over.abort(), { passive: true, signal: over.signal });
  setTimeout(() => over.abort(), longest);
  return over.signal;
}

const isBeingDrawn = () => document.querySelector('[data-testid="stStatusWidget"], .stMain [data-testid="stSkeleton"]')
  || !document.querySelector('[data-test-script-state="notRunning"]');

// Goes to a place and holds it there while the page around it, or the place itself, is still being drawn.
export function arriveAt(id) {
  const scroller = document.querySelector(".stMain");
  let still = 0, height, top, frame;
  const topOf = (place) => place?.getBoundingClientRect().top;
  const hold = () => { // before every frame, so that nobody sees it elsewhere
    const place = document.getElementById(id);
    if (scroller.scrollHeight !== height || topOf(place) !== top) {
      still = 0;
      place?.scrollIntoView();
      [height, top] = [scroller.scrollHeight, topOf(place)];
    }
    frame = requestAnimationFrame(hold);
  };
  const looking = setInterval(() => {
    still = isBeingDrawn() ? 0 : still + 1; // looks and not seconds: a browser that is busy does not look
    if (still >= STILL) end();
  }, LOOKS);
  const end = () => {
    cancelAnimationFrame(frame);
    clearInterval(looking);
  };
  untilTheReaderMoves(LONGEST_DRAWING).addEventListener("abort", end);
  hold();
}

// Keeps an element in sight while the page around it is still being drawn.
export function keepInSight(element, behavior = "instant") {
  const watcher = new ResizeObserver(() => element.scrollIntoView({ behavior, block: "nearest" }));
  watcher.observe(element.closest(".stMain").firstElementChild);
  untilTheReaderMoves().addEventListener("abort", () => watcher.disconnect());
}
