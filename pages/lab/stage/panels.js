// The instruments beside the bars: drawn once, then moved with the step that is shown.

import { element } from "./element.js";
import { busy, discard, draw, followSize, unpacked } from "../../parts/figure.js";
import { Cursor, MovingBars } from "./motion.js";

const HEIGHT = 270;

export class Panels {
  constructor(find, look) {
    Object.assign(this, { find, look, pictures: [], unfollow: [] });
  }

  // The place for the instruments is another component, which may come a little later than the stage.
  async arrival() {
    for (let frame = 0; frame < 60 && !this.find(); frame++) await new Promise(requestAnimationFrame);
    const place = this.find();
    if (place === this.place) return;
    this.clear();
    this.place = place;
  }

  // Shows these instruments; a place that is there already is used again, so that nothing jumps.
  async show(Plotly, panels) {
    if (!this.place) return;
    const shape = JSON.stringify(panels.map((panel) => [panel.word, panel.pictures.length]));
    if (shape !== this.shape) {
      this.clear();
      this.place.replaceChildren(...panels.map((panel) => this.frame(panel)));
      this.shape = shape;
    }
    this.pictures = [];
    panels.forEach((panel, index) => {
      const section = this.place.children[index];
      section.querySelector("p").textContent = panel.says;
      panel.pictures.forEach((picture, number) => this.picture(Plotly, picture, section.querySelectorAll(".stage-picture")[number]));
    });
  }

  frame(panel) {
    const pictures = panel.pictures.map(() => element("div", { className: "stage-picture" }, element("div", { className: "stage-small", role: "figure" })));
    return element(
      "section", { className: "stage-panel" }, element("h2", {}, panel.title), element("p"),
      element("div", { className: "stage-pictures" }, ...pictures),
    );
  }

  picture(Plotly, picture, holder) {
    const place = holder.querySelector(".stage-small");
    place.setAttribute("aria-label", picture.alt);
    const look = { ...this.look(), height: HEIGHT };
    const redraw = (columns) => {
      const data = picture.figure.data.map((trace, index) => (columns?.[index] ? { ...trace, y: columns[index] } : trace));
      draw(Plotly, place, { ...picture.figure, data }, look);
    };
    redraw();
    if (!place.unfollow) this.unfollow.push((place.unfollow = followSize(Plotly, place, holder)));
    holder.querySelector(".stage-cursor")?.remove();
    const entry = { picture, place, redraw };
    if (picture.kind === "curve") entry.cursor = new Cursor(place);
    if (picture.columns) {
      entry.columns = unpacked(picture.columns);
      entry.bars = new MovingBars(Plotly, place, entry.columns, redraw);
    }
    this.pictures.push(entry);
  }

  move(Plotly, row, part, step) {
    for (const { picture, place, cursor, bars } of this.pictures) {
      cursor?.move(step);
      bars?.move(row, part);
      if (picture.frames) this.turn(Plotly, picture, place, step);
    }
  }

  rest(Plotly, row, step) {
    for (const { picture, place, cursor, bars, columns, redraw } of this.pictures) {
      cursor?.move(step);
      if (bars) {
        bars.rest();
        redraw(rowOf(columns, row));
      }
      if (picture.frames) this.turn(Plotly, picture, place, step);
    }
  }

  // The last picture taken at or before this step.
  turn(Plotly, picture, place, step) {
    const frame = picture.frames.filter((one) => one.step <= step).at(-1) ?? picture.frames[0];
    if (place.frame === frame) return;
    place.frame = frame;
    busy(place, Plotly.restyle(place, { z: frame.z }));
  }

  clear() {
    for (const unfollow of this.unfollow) unfollow();
    for (const place of this.place?.querySelectorAll(".stage-small") ?? []) {
      discard(window.Plotly, place);
    }
    this.place?.replaceChildren();
    this.pictures = [];
    this.unfollow = [];
    this.shape = undefined;
  }
}

// One row of packed columns as Plotly takes it: null where there is nothing to draw.
export function rowOf({ shape, values }, row) {
  const [networks, rows, layers] = shape;
  return Array.from({ length: networks }, (_, network) =>
    Array.from(values.subarray((network * rows + row) * layers, (network * rows + row + 1) * layers), (value) =>
      value > 0 && value < Infinity ? value : null,
    ),
  );
}
