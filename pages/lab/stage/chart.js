// The large chart: bars that are drawn, covered by a picture of them while a handle is dragged, or moved as in a film.

import { partsOf } from "./element.js";
import { discard, draw, followSize, onColumn } from "../../parts/figure.js";
import { MovingBars } from "./motion.js";

const HEIGHT = 400;

export class Chart {
  constructor(root, look, clicked) {
    const { chart, drawing, flip } = partsOf(root, "chart", "drawing", "flip");
    Object.assign(this, { holder: chart, place: drawing, cover: flip, look });
    onColumn(drawing, clicked);
  }

  follow() {
    this.unfollow ??= followSize(this.Plotly, this.place, this.holder);
  }

  draw(figure, alt) {
    this.redraw(figure);
    this.cover.hidden = true;
    this.place.setAttribute("aria-label", alt);
  }

  redraw(figure) {
    draw(this.Plotly, this.place, figure, this.size());
  }

  size() {
    return { ...this.look(), height: HEIGHT };
  }

  flipTo(page) {
    if (this.cover.firstChild !== page) this.cover.replaceChildren(page);
    this.cover.hidden = false;
  }

  drawAhead(book) {
    book.drawAhead(this.Plotly, this.place, this.size());
  }

  // From now on the bars can be moved as in this film.
  animate(film) {
    this.rest();
    this.bars = new MovingBars(this.Plotly, this.place, film.columns, (columns) => this.redraw(film.with(columns, [])));
  }

  move(row, part) {
    this.cover.hidden = true;
    this.bars.move(row, part);
  }

  rest() {
    this.bars?.rest();
  }

  leave() {
    this.unfollow?.();
    if (this.Plotly) discard(this.Plotly, this.place);
  }
}
