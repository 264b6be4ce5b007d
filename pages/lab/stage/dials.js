// The handles: while one is dragged it is ahead of Python, which hears of it once it is still.

import { element } from "./element.js";
import { isDark, magnification } from "../../parts/figure.js";
import { FlipBook } from "./flipbook.js";

export const SETTLED = 220; // milliseconds without a movement, after which Python hears of it

export class Dials {
  // `turned()` is called with every movement, `found(scene, page)` when its picture is known, `settled(word, value, same)` at its end.
  constructor(root, chart, { turned, found, settled }) {
    Object.assign(this, { root, chart, turned, found, settled, place: root.querySelector(".stage-dials"), books: {}, told: {}, asked: {} });
  }

  get moving() {
    return this.settling !== undefined;
  }

  get unanswered() {
    return Object.keys(this.told).length > 0;
  }

  paint(dials) {
    this.dials = dials;
    for (const dial of dials) this.paintOne(dial);
    for (const box of [...this.place.children]) {
      if (!dials.some((dial) => dial.word === box.dataset.word)) box.remove();
    }
  }

  paintOne(dial) {
    const book = (this.books[dial.word] ??= new FlipBook(dial.word));
    const { input } = this.handle(dial.word) ?? this.make(dial);
    input.disabled = dial.locked;
    if (this.asked[dial.word] === dial.value) delete this.asked[dial.word];
    const told = this.told[dial.word];
    if (told !== undefined && told !== dial.value) return;
    book.stops = dial.stops;
    input.max = dial.stops.length - 1;
    input.value = dial.stops.indexOf(dial.value);
    this.label(dial.word, dial.value);
  }

  handle(word) {
    const box = this.place.querySelector(`[data-word="${word}"]`);
    return box && { input: box.querySelector("input"), output: box.querySelector("output") };
  }

  make({ word, title, help }) {
    const input = element("input", { type: "range", min: 0, step: 1, "aria-label": title });
    input.addEventListener("input", () => this.turn(word, this.books[word].stops[Number(input.value)]));
    const box = element("label", { className: "stage-dial", title: help }, element("span", {}, title), element("output"), input);
    box.dataset.word = word;
    this.place.append(box);
    return this.handle(word);
  }

  label(word, value) {
    const { input, output } = this.handle(word);
    output.textContent = `${value}`;
    input.setAttribute("aria-valuetext", `${value}`);
  }

  // A handle has moved: what is known of the new value is shown within this frame, the rest as it comes.
  turn(word, value) {
    this.label(word, value);
    this.turned();
    this.told = { [word]: value };
    const book = this.books[word];
    if (book.scenes.has(value)) this.flip(book, value);
    else this.flipWhenFetched(book, value);
    book.ahead(value);
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.settle(word, value), SETTLED);
  }

  flip(book, value) {
    this.found(book.scenes.get(value), book.page(value, this.chart.place.clientWidth));
  }

  async flipWhenFetched(book, value) {
    this.asking?.abort();
    this.asking = new AbortController();
    try {
      await book.fetch([value], this.asking.signal);
      if (this.told[book.word] === value && book.scenes.has(value)) this.flip(book, value);
    } catch {
      // Python will answer
    }
  }

  settle(word, value) {
    this.settling = undefined;
    const asked = this.asked[word] !== undefined; // Python is about to answer to where it was before
    const same = !asked && this.dials.some((dial) => dial.word === word && dial.value === value);
    if (same) this.told = {}; // back where it was: Python has nothing to answer
    else this.asked[word] = value;
    this.settled(word, value, same);
    this.chart.drawAhead(this.books[word]);
  }

  // What Python says is shown by every handle.
  answered(link, start) {
    for (const dial of this.dials) {
      const book = this.books[dial.word];
      book.about(link, `${isDark(this.root)}|${magnification()}|${this.root.clientWidth}`);
      book.put(dial.value, start);
    }
    this.told = {};
    this.asked = {};
  }

  // A handle that has just been moved is of no interest any more.
  letGo() {
    clearTimeout(this.settling);
    this.settling = undefined;
    this.told = {};
    this.asked = {};
  }

  // Looks around the first handle, then around all of them.
  async lookAhead(first) {
    if (!first) return;
    await this.books[first.word].ahead(first.value);
    for (const dial of this.dials) {
      await this.books[dial.word].ahead(dial.value);
      if (this.chart.place.offsetParent) this.chart.drawAhead(this.books[dial.word]);
    }
  }
}
