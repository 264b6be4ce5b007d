// One figure on a page: drawn once, then changed in place.

import { draw, followSize, load } from "./figure.js";

export async function show({ data, parentElement }) {
  const holder = parentElement.querySelector(".live-figure");
  const place = parentElement.querySelector(".live-figure-drawing");
  holder.style.minHeight = `${data.height}px`;
  place.setAttribute("aria-label", data.alt);
  const newest = (place.newest = (place.newest ?? 0) + 1);

  const Plotly = await load(data.library);
  if (newest === place.newest) { // or a later figure is already on its way
    await draw(Plotly, place, data.figure, data);
    place.unfollow ??= followSize(Plotly, place, holder);
  }

  return () => {
    place.unfollow?.();
    Plotly.purge(place);
  };
}
