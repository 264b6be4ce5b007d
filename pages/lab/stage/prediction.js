// Predict, then look: the bars are hidden until there is a guess, and then the guess lies over them.

import { Guess } from "./guess.js";

export class Prediction {
  constructor(root, colours, made) {
    Object.assign(this, { guess: new Guess(root, made), colours, lines: [] });
  }

  ask(figure, chart) {
    const bars = barsOf(figure);
    const depth = bars[0].x.length;
    const last = bars.map((trace) => trace.y[depth - 1]);
    const anchors = last.map((value) => (value > 0 ? Math.log10(value) : 0));
    chart.draw(withoutBars(figure, anchors, depth), "The bars are hidden until you have made your prediction. Only the last layer is shown.");
    this.guess.ask(bars.map((trace) => trace.name), anchors, depth, chart.place, this.colours());
  }

  // Draws a line for the guess, and returns in words how far it was from the bars.
  compare(figure, colours) {
    const bars = barsOf(figure);
    this.lines = bars.map((trace, network) => line(trace, this.guess.heights[network], colours[network]));
    return this.guess.verdict(bars.map((trace) => trace.y)).join("\n");
  }

  end() {
    this.guess.end();
  }

  // A figure with the guess over its bars, and room for it on its axis.
  over(figure) {
    if (!this.lines.length) return figure;
    const { yaxis } = figure.layout;
    const log = yaxis.type === "log";
    const heights = this.lines.flatMap(({ y }) => (log ? y.map(Math.log10) : y));
    const range = [Math.min(yaxis.range[0], Math.floor(Math.min(...heights))), Math.max(yaxis.range[1], Math.ceil(Math.max(...heights)))];
    const ticks = log ? { dtick: Math.max(1, Math.ceil((range[1] - range[0]) / 8)) } : {};
    const layout = { ...figure.layout, yaxis: { ...yaxis, range, ...ticks } };
    return { ...figure, data: [...figure.data, ...this.lines], layout };
  }
}

const barsOf = (figure) => figure.data.filter((trace) => trace.type === "bar");

function withoutBars(figure, anchors, depth) {
  const onlyLast = (values) => values.map((value, layer) => (layer === depth - 1 ? value : null));
  const data = barsOf(figure).map((trace) => ({ ...trace, error_y: undefined, y: onlyLast(trace.y) }));
  const floor = Math.min(...anchors) - Math.max(8, Math.ceil(1.1 * depth));
  const range = [Math.floor(floor), Math.ceil(Math.max(...anchors) + 4)];
  const yaxis = { ...figure.layout.yaxis, type: "log", range, dtick: Math.ceil((12 + depth) / 8) };
  return { data, layout: { ...figure.layout, annotations: [], shapes: [], yaxis, uirevision: "guess" } };
}

const line = (trace, heights, color) => ({
  type: "scatter", mode: "lines+markers", name: `Your guess ${trace.name.slice(0, 1)}`, x: trace.x,
  y: heights.map((height) => 10 ** height),
  line: { color, dash: "dot", width: 3 }, marker: { symbol: "diamond", size: 9 },
});
