// Draws a Plotly figure and, when new data come, changes it in place: no blank frame, no lost zoom.

let library;

function load(url) {
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

function isDark(element) {
  const probe = document.createElement("span");
  probe.style.color = getComputedStyle(element).getPropertyValue("--st-background-color");
  element.append(probe);
  const [red, green, blue] = getComputedStyle(probe).color.match(/[\d.]+/g).map(Number);
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
const config = {
  displaylogo: false,
  responsive: true,
  displayModeBar: touch ? false : "hover",
  modeBarButtons: [["toImage", "resetScale2d"]],
};

export default function (component) {
  const { data, parentElement } = component;
  const holder = parentElement.querySelector(".live-figure");
  const place = parentElement.querySelector(".live-figure-drawing");
  const problem = parentElement.querySelector(".live-figure-problem");
  holder.style.minHeight = `${data.height}px`;
  place.setAttribute("aria-label", data.alt);
  const newest = (place.newest = (place.newest ?? 0) + 1);

  load(data.library)
    .then((Plotly) => {
      if (newest !== place.newest) return null; // a later figure is already on its way
      const figure = inColours(data.figure, isDark(parentElement) ? data.dark : {});
      const font = { ...figure.layout.font, family: getComputedStyle(parentElement).fontFamily };
      problem.hidden = true;
      return Plotly.react(place, figure.data, { ...figure.layout, font, height: data.height, dragmode: touch ? false : "zoom" }, config);
    })
    .then((drawn) => {
      if (!drawn || place.watcher) return;
      place.watcher = new ResizeObserver(() => {
        // a figure that is just being taken off the page has no size to follow
        if (place.isConnected && place.offsetParent) window.Plotly.Plots.resize(place).catch(() => {});
      });
      place.watcher.observe(holder);
    })
    .catch(() => {
      problem.hidden = false;
    });

  return () => {
    place.watcher?.disconnect();
    window.Plotly?.purge(place);
  };
}
