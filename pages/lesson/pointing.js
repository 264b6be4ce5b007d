// Prose that points at a bar of a figure: its links are #mark-<lesson>-<figure>-<letter>-<layer>.

import { glide } from "../parts/reader.js";

const MARK = /#mark-(.+)-([A-D])-(\d+|last)$/;

function marked(link) {
  const [, panel, letter, layer] = MARK.exec(link.getAttribute("href")) ?? [];
  const plot = document.querySelector(`.st-key-${panel} .js-plotly-plot`);
  const traces = plot?.data?.filter((trace) => trace.type === "bar") ?? [];
  const trace = traces["ABCD".indexOf(letter)];
  return { plot, trace, index: trace ? plot.data.indexOf(trace) : -1, at: layer === "last" ? trace?.y.length - 1 : layer - 1 };
}

export function pointAt(link, scroll) {
  const { plot, trace, index, at } = marked(link);
  if (!trace) {
    if (scroll) waitFor(link);
    return;
  }
  const place = plot.getBoundingClientRect();
  const visible = place.top >= 0 && place.bottom <= innerHeight;
  if (!visible && (scroll || link.matches(":focus-visible"))) {
    plot.scrollIntoView({ block: "center", behavior: glide() });
  }
  const bars = plot.querySelectorAll(".barlayer .trace.bars");
  bars.forEach((group, number) => {
    group.querySelectorAll(".point").forEach((point, layer) => {
      point.style.opacity = number === index && layer === at ? 1 : 0.25;
    });
  });
  clearTimeout(plot.unpointing);
  if (scroll) plot.unpointing = setTimeout(() => unpoint(link), 4000);
}

// A figure that is far away has not been drawn yet.
function waitFor(link) {
  const [, panel] = MARK.exec(link.getAttribute("href")) ?? [];
  const figure = document.querySelector(`.st-key-${panel} .live-figure`);
  figure?.addEventListener("drawn", () => pointAt(link, true), { once: true });
  figure?.scrollIntoView({ block: "center", behavior: glide() });
}

export function unpoint(link) {
  const { plot } = marked(link);
  plot?.querySelectorAll(".barlayer .point").forEach((point) => { point.style.opacity = ""; });
}
