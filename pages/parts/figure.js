// Plotly figures in our colours, drawn in place: no blank frame, no lost zoom.

let library;

export function load(url) {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = url;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      library = undefined;
      script.remove();
      reject(new Error("the chart library did not load"));
    };
    document.head.append(script);
  });
  return library;
}

export function isDark(element) {
  if (getComputedStyle(document.documentElement).getPropertyValue("--paper")) return false; // what is to be printed
  const probe = document.createElement("span");
  probe.style.color = getComputedStyle(element).getPropertyValue("--st-background-color");
  element.append(probe);
  const [red, green, blue] = (getComputedStyle(probe).color.match(/[\d.]+/g) ?? [255, 255, 255]).map(Number);
  probe.remove();
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128;
}

function inColours(value, table) {
  if (typeof value === "string") return table[value] ?? value;
  if (Array.isArray(value)) return value.map((item) => inColours(item, table));
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inColours(item, table)]));
  }
  return value;
}

// On a touch screen a finger scrolls the page and never zooms a chart by accident.
const touch = matchMedia("(pointer: coarse)").matches;
let config; // the same each time, or Plotly would begin anew

const configured = (Plotly) => (config ??= {
  displaylogo: false,
  responsive: true,
  doubleClick: false, // Plotly would go to the axes that it drew first, or to some of its own; a tap counts as two clicks
  displayModeBar: touch ? false : "hover",
  modeBarButtons: [["toImage", { name: "reset", title: "Reset axes", icon: Plotly.Icons.home, click: (place) => reset(Plotly, place) }]],
});

// The axes as they were given: bars on a log axis must not lose their floor.
function reset(Plotly, place) {
  const axes = Object.entries(place.given).filter(([name]) => /^[xy]axis/.test(name));
  Plotly.relayout(place, Object.fromEntries(axes.map(([name, { range }]) =>
    range ? [`${name}.range`, [...range]] : [`${name}.autorange`, true])));
}

// How much larger than usual the page's letters are: on a projector, a figure's letters grow with them.
export function magnification() {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) / 17;
}

// The height of a figure that is `height` pixels high in letters of the usual size.
export const tall = (height) => height * Math.max(1, magnification() * 0.85);

function larger(value, times) {
  if (times < 1.05 || !value || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item) => larger(item, times));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === "font" && item?.size ? { ...item, size: item.size * times } : larger(item, times),
    ]),
  );
}

// A figure as Plotly draws it in this place: in the page's colours and letters.
export function dressed(figure, place, { dark, height }) {
  const times = magnification();
  const coloured = inColours(figure, isDark(place) ? dark : {});
  const layout = larger(coloured.layout, times);
  const ticks = layout.xaxis?.tickvals;
  if (ticks?.length > 7 && place.clientWidth < 420) {
    const fewer = (values) => values.filter((_, i) => i === 0 || (ticks.length - 1 - i) % 2 === 0);
    layout.xaxis = { ...layout.xaxis, tickvals: fewer(ticks), ticktext: fewer(layout.xaxis.ticktext ?? ticks.map(String)) };
  }
  const font = { ...layout.font, family: getComputedStyle(place).fontFamily };
  return {
    data: coloured.data,
    layout: { ...layout, font, height: tall(height), dragmode: touch ? false : "zoom" },
  };
}

export function draw(Plotly, place, figure, look) {
  const { data, layout } = dressed(figure, place, look);
  const first = !place.given;
  place.given = figure.layout;
  const drawing = busy(place, Plotly.react(place, data, layout, configured(Plotly)));
  if (first) place.on("plotly_doubleclick", () => reset(Plotly, place));
  return drawing;
}

// A drawing that goes on is remembered, so that nothing is taken from under it: Plotly fails if its place is purged.
export function busy(place, drawing) {
  place.busy = Promise.allSettled([place.busy, drawing]).then(() => {});
  return drawing;
}

// Gives back what Plotly holds for a place that is no longer needed.
export function discard(Plotly, place) {
  return Promise.resolve(place.busy).then(() => Plotly.purge(place));
}

// Keeps the drawing as wide as its holder; returns how to stop that.
export function followSize(Plotly, place, holder) {
  const watcher = new ResizeObserver(() => {
    // a figure that is just being taken off the page has no size to follow
    if (place.isConnected && place.offsetParent && place._fullLayout) busy(place, Plotly.Plots.resize(place)).catch(() => {});
  });
  watcher.observe(holder);
  return () => watcher.disconnect();
}

const STILL = 8; // pixels that a finger may move in a tap

// Calls `picked` with the bar of the column that is clicked or tapped, also where the bar is 0 or below the axis:
// Plotly tells of bars only that are drawn.
export function onColumn(place, picked) {
  place.addEventListener("pointerdown", (down) => {
    if (down.button || !down.target.closest(".nsewdrag")) return; // the legend and the buttons are no columns
    const over = new AbortController();
    addEventListener("pointercancel", () => over.abort(), { signal: over.signal }); // the finger scrolls the page
    addEventListener("pointerup", (up) => {
      over.abort();
      const bar = barAt(place, down);
      if (bar && Math.hypot(up.clientX - down.clientX, up.clientY - down.clientY) < STILL) picked(bar);
    }, { signal: over.signal });
  });
}

// The bar that is nearest to where a pointer is, from left to right.
function barAt(place, { clientX }) {
  const { xaxis } = place._fullLayout;
  const at = xaxis.p2d(clientX - place.getBoundingClientRect().left - xaxis._offset);
  const bars = place.data.flatMap(({ type, x, offset, width }, network) =>
    type === "bar" ? x.map((layer) => ({ network, layer, away: Math.abs(layer + offset + width / 2 - at) })) : []);
  return bars.length ? bars.reduce((nearest, bar) => (bar.away < nearest.away ? bar : nearest)) : null;
}

// An array that Python has packed: base64 of little-endian float64.
export function unpacked({ shape, float64 }) {
  const bytes = Uint8Array.from(atob(float64), (letter) => letter.charCodeAt(0));
  return { shape, values: new Float64Array(bytes.buffer) };
}
