// One figure on a page: drawn once, then changed in place.

import { draw, followSize, load } from "./figure.js";

export function show({ data, parentElement }) {
  const holder = parentElement.querySelector(".live-figure");
  const place = parentElement.querySelector(".live-figure-drawing");
  const problem = parentElement.querySelector(".live-figure-problem");
  holder.style.minHeight = `${data.height}px`;
  place.setAttribute("aria-label", data.alt);
  const newest = (place.newest = (place.newest ?? 0) + 1);

  load(data.library)
    .then(async (Plotly) => {
      if (newest !== place.newest) return; // a later figure is already on its way
      problem.hidden = true;
      await draw(Plotly, place, data.figure, data);
      place.unfollow ??= followSize(Plotly, place, holder);
    })
    .catch(() => {
      problem.hidden = false;
    });

  return () => {
    place.unfollow?.();
    window.Plotly?.purge(place);
  };
}
