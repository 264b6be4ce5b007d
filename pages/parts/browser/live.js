// One figure on a page: drawn once, then changed in place.

import { barAt, discard, draw, followSize, load } from "./figure.js";

export async function show({ data, parentElement, setTriggerValue }) {
  const holder = parentElement.querySelector(".live-figure");
  const place = parentElement.querySelector(".live-figure-drawing");
  holder.style.minHeight = `${data.height}px`;
  place.setAttribute("aria-label", data.alt);
  const newest = (place.newest = (place.newest ?? 0) + 1);

  const Plotly = await load(data.library);
  if (newest === place.newest) { // or a later figure is already on its way
    await draw(Plotly, place, data.figure, data);
    if (data.pick) letPick(place, setTriggerValue);
    if (data.pick || data.picked != null) standOut(place, data.picked);
    place.unfollow ??= followSize(Plotly, place, holder);
  }

  return () => {
    place.unfollow?.();
    discard(Plotly, place);
  };
}

// A bar can be clicked.
function letPick(place, setTriggerValue) {
  place.clicked = ({ event }) => setTriggerValue("clicked", barAt(place, event).layer);
  if (!place.picking) place.on("plotly_click", (event) => place.clicked(event));
  place.picking = true;
  place.classList.add("can-pick");
}

// The bars of one layer stand out from the others.
function standOut(place, picked) {
  for (const bars of place.querySelectorAll(".bars .points")) {
    [...bars.children].forEach((bar, i) => { bar.style.opacity = picked == null || picked === i + 1 ? 1 : 0.35; });
  }
}
