// The learner's prediction: heights dragged on the log axis, or a slope, before the bars are shown.

import { element } from "./element.js";

const SLOPES = [-3, 1.5];

export class Guess {
  constructor(root, told) {
    Object.assign(this, { svg: root.querySelector(".stage-guess"), form: root.querySelector(".stage-guessing"), told });
    this.slopes = [];
    this.heights = [];
  }

  // Begins with a level guess at the height of the last layer, which is given.
  ask(names, anchors, depth, place, colours) {
    Object.assign(this, { names, anchors, depth, place, colours });
    this.slopes = names.map((_, network) => this.slopes[network] ?? 0);
    this.heights = names.map((_, network) => this.line(network));
    this.active = Math.min(this.active ?? 0, names.length - 1);
    this.open(true);
    this.write();
    this.draw();
  }

  end() {
    this.open(false);
    this.svg.replaceChildren();
    this.form.replaceChildren();
  }

  open(on) {
    this.svg.toggleAttribute("hidden", !on); // SVG has no property of that name
    this.form.hidden = !on;
  }

  line(network) {
    const slope = this.slopes[network];
    return Array.from({ length: this.depth }, (_, layer) => this.anchors[network] + slope * (this.depth - 1 - layer));
  }

  write() {
    const rows = this.names.map((name, network) => {
      const input = element("input", { type: "range", min: SLOPES[0], max: SLOPES[1], step: 0.05, value: this.slopes[network], "aria-label": `${name}, slope of your guess` });
      const said = element("output");
      const say = () => {
        said.textContent = `× ${(10 ** this.slopes[network]).toPrecision(2)} per layer towards the input`;
        input.setAttribute("aria-valuetext", said.textContent);
      };
      input.addEventListener("input", () => {
        this.slopes[network] = Number(input.value);
        this.heights[network] = this.line(network);
        this.active = network;
        say();
        this.draw();
      });
      say();
      const label = element("label", {}, swatch(this.colours[network]), ` ${name} `, said, input);
      return label;
    });
    const reveal = element("button", { type: "button", className: "stage-reveal" }, "Show what is measured");
    reveal.addEventListener("click", () => this.told());
    const legend = element("legend", {}, "Your prediction. The last layer is given; set a slope, or drag the points.");
    this.form.replaceChildren(element("fieldset", {}, legend, ...rows), reveal);
  }

  draw() {
    const { xaxis: x, yaxis: y } = this.place._fullLayout ?? {};
    if (!x) return;
    const left = (layer) => x._offset + x.l2p(layer + 1);
    const top = (height) => y._offset + Math.max(0, Math.min(y._length, y.l2p(height)));
    const marks = this.names.flatMap((name, network) => {
      const points = this.heights[network].map((height, layer) => [left(layer), top(height)]);
      const line = shape("polyline", {
        points: points.join(" "), fill: "none", stroke: this.colours[network], "stroke-width": 3, "stroke-dasharray": "2 5",
      });
      const handles = points.slice(0, -1).map(([cx, cy], layer) => this.handle(name, network, layer, cx, cy, y));
      return [line, ...handles];
    });
    const focused = document.activeElement?.dataset?.handle;
    this.svg.replaceChildren(...marks);
    if (focused) this.svg.querySelector(`[data-handle="${focused}"]`)?.focus();
  }

  handle(name, network, layer, cx, cy, y) {
    const height = this.heights[network][layer];
    const circle = shape("circle", {
      cx, cy, r: this.depth > 25 ? 5 : 8, fill: this.colours[network], tabindex: this.depth > 12 && layer ? -1 : 0,
      role: "slider", "data-handle": `${network}:${layer}`, "aria-label": `${name}, layer ${layer + 1}, your guess`,
      "aria-valuenow": height.toFixed(1), "aria-valuemin": -99, "aria-valuemax": 99, "aria-valuetext": `10 to the ${height.toFixed(1)}`,
      "aria-orientation": "vertical",
    });
    const set = (value) => {
      this.heights[network][layer] = value;
      this.draw();
    };
    circle.addEventListener("keydown", (event) => {
      const change = { ArrowUp: 0.25, ArrowDown: -0.25, PageUp: 1, PageDown: -1 }[event.key];
      if (!change) return;
      event.preventDefault();
      event.stopPropagation();
      set(height + change);
    });
    circle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const box = this.svg.getBoundingClientRect();
      const move = (moved) => set(y.p2l(moved.clientY - box.top - y._offset));
      const stop = () => {
        this.svg.removeEventListener("pointermove", move);
        document.removeEventListener("pointerup", stop);
      };
      this.svg.addEventListener("pointermove", move);
      document.addEventListener("pointerup", stop);
    });
    return circle;
  }

  // How far the guess about layer 1 was from what is measured, in decades, and what that means.
  verdict(measured) {
    return this.names.map((name, network) => {
      const row = measured[network];
      const [first, last] = [row[0], row[row.length - 1]];
      if (!(first > 0 && last > 0 && first < Infinity && last < Infinity)) return `${name}: there is no finite number to compare with.`;
      const truth = Math.log10(first) - Math.log10(last);
      const guess = this.heights[network][0] - this.anchors[network];
      const gap = guess - truth;
      return `${name}: you said ${power(guess)} of the last layer, measured is ${power(truth)}: ${Math.abs(gap).toFixed(1)} decades apart. ${meaning(gap, truth)}`;
    });
  }
}

// A power of ten as people write it: a mantissa and a small exponent.
function power(height) {
  if (height >= -2 && height < 3) return `${Number((10 ** height).toPrecision(2))}`;
  const digits = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
  const [mantissa, exponent] = (10 ** height).toExponential(1).split("e");
  const raised = [...exponent.replace("+", "")].map((letter) => digits[letter]).join("");
  return `${Number(mantissa)} × 10${raised}`;
}

function meaning(gap, truth) {
  if (Math.abs(gap) <= 1) return "Well seen: within a factor of ten.";
  if (gap > 0) return "Less arrives than you thought: the factors of all layers multiply.";
  if (truth < -2) return "It shrinks less steeply than you thought, and it does shrink: a little more a layer is a lot in the end.";
  return "More arrives than you thought: here the factors of the layers nearly cancel, or grow.";
}

const swatch = (colour) => element("span", { className: "stage-swatch", style: `--lane:${colour}` });

function shape(tag, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
