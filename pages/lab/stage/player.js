// The film: its clock and its buttons.

import { calm } from "../../parts/reader.js";

const ROWS_A_SECOND = 12;

// Counts through the rows of a film. `show(row, part)` is called once a frame, `rested(row)` when it comes to rest.
export class Player {
  constructor({ show, rested }) {
    Object.assign(this, { show, rested, rows: 0, row: 0, speed: 1, playing: false, stops: new Set() });
  }

  load(rows, stops) {
    this.playing = false;
    this.rows = rows;
    this.stops = new Set(stops);
  }

  play() {
    if (this.playing || !this.rows) return;
    if (this.row >= this.rows - 1) this.row = 0;
    this.playing = true;
    let place = this.row;
    let last;
    const frame = (now) => {
      if (!this.playing) return;
      last ??= now;
      const before = Math.floor(place);
      const smooth = !calm();
      place = Math.min(place + ((now - last) / 1000) * ROWS_A_SECOND * this.speed, this.rows - 1);
      last = now;
      const stop = this.stopBetween(before, Math.floor(place));
      if (stop !== undefined) place = stop;
      this.row = Math.floor(place);
      this.show(this.row, smooth ? place - this.row : 0);
      if (stop !== undefined || this.row >= this.rows - 1) this.pause();
      else requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  stopBetween(before, now) {
    for (let row = before + 1; row <= now; row++) if (this.stops.has(row)) return row;
    return undefined;
  }

  pause() {
    this.playing = false;
    this.rested(this.row);
  }

  go(row) {
    this.playing = false;
    this.row = Math.max(0, Math.min(row, this.rows - 1));
    this.rested(this.row);
  }

  // While the scrubber is dragged: show it, but do not come to rest yet.
  scrub(row) {
    this.playing = false;
    this.row = row;
    this.show(row, 0);
  }
}
