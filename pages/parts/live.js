// One figure on a page: drawn once somebody is near, then changed in place.

import { whenConnected } from "./connection.js";
import { discard, draw, followSize, load, onColumn, tall } from "./figure.js";

const NEAR = "100%"; // of the window's height, above and below

const waiting = new Set(); // what to do for the figures that nobody has come near yet
addEventListener("beforeprint", () => waiting.forEach((come) => come()));

// Resolves when the reader comes near an element, or prints the page.
function near(element) {
  return new Promise((resolve) => {
    const main = element.closest(".stMain"); // a dialog stands outside
    const watcher = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && come(), { root: main, rootMargin: NEAR });
    const come = () => {
      watcher.disconnect();
      waiting.delete(come);
      resolve();
    };
    waiting.add(come);
    watcher.observe(element);
  });
}

export async function show({ data, parentElement, setTriggerValue }) {
  const holder = parentElement.querySelector(".live-figure");
  const place = parentElement.querySelector(".live-figure-drawing");
  holder.style.minHeight = `${tall(data.height)}px`;
  place.setAttribute("aria-label", data.alt);
  const newest = (place.newest = (place.newest ?? 0) + 1);

  const Plotly = await load(data.library);
  place.near ??= near(holder);
  place.near.then(async () => {
    if (newest !== place.newest || !place.isConnected) return; // a later figure is on its way, or the page is another
    await draw(Plotly, place, data.figure, data);
    if (data.pick) letPick(place, setTriggerValue);
    if (data.pick || data.picked != null) standOut(place, data.picked);
    place.unfollow ??= followSize(Plotly, place, holder);
    holder.dispatchEvent(new Event("drawn"));
  });

  return () => {
    place.unfollow?.();
    discard(Plotly, place);
  };
}

// The column of a bar can be clicked.
function letPick(place, setTriggerValue) {
  place.picked = ({ layer }) => whenConnected(setTriggerValue)("clicked", layer);
  if (!place.picking) onColumn(place, (bar) => place.picked(bar));
  place.picking = true;
  place.classList.add("can-pick");
}

// The bars of one layer stand out from the others.
function standOut(place, picked) {
  for (const bars of place.querySelectorAll(".bars .points")) {
    [...bars.children].forEach((bar, i) => { bar.style.opacity = picked == null || picked === i + 1 ? 1 : 0.35; });
  }
}
