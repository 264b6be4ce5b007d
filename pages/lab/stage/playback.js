// The film on the stage: it plays, is scrubbed, and rests where somebody wants to look.

import { SETTLED } from "./dials.js";
import { Player } from "./player.js";
import { calm } from "../../parts/reader.js";

export class Playback {
  // `changed()` is called when it begins or ends to play, `toStart()` before its first row, and `stayed(step)` where it has rested a
  // while, unless that is the step that `known()` names.
  constructor(root, { chart, panels, words, controls }, { changed, toStart, known, stayed }) {
    Object.assign(this, { root, chart, panels, words, controls, changed, toStart, known, stayed, row: -1 });
    this.player = new Player({ show: (row, part) => this.show(row, part), rested: (row) => this.rested(row) });
  }

  load(film) {
    this.film = film;
    this.chart.animate(film);
    this.player.load(film.steps.length, film.stops.map((stop) => film.rowAt(stop.step)));
    this.controls.load(film);
  }

  begin() {
    if (calm()) return this.go(this.film.last);
    this.player.row = 0;
    return this.player.play();
  }

  // A frame of the film: marks are moved, nothing is drawn anew.
  show(row, part) {
    const { film, player } = this;
    if (!film) return;
    this.chart.move(row, part);
    this.panels.move(this.chart.Plotly, row, part, film.stepAt(row, part));
    if (row !== this.row) {
      this.row = row;
      this.controls.at(row, film);
      if (player.playing) this.words.playing(film.steps[row]);
    }
    if (this.controls.playing !== player.playing) this.changed();
  }

  // The film has come to rest: an exact drawing, with its words.
  rested(row) {
    const { film } = this;
    if (!film) return;
    const scene = film.scene(row);
    this.row = row;
    this.chart.rest();
    this.chart.draw(scene.figure, scene.alt);
    this.words.about(scene);
    this.words.say(film.news(row));
    this.restPanels();
    this.controls.at(row, film);
    this.changed();
    clearTimeout(this.staying);
    const step = film.steps[row];
    if (this.known() !== step) this.stay(step, () => this.film === film);
    this.root.dataset.row = row;
  }

  restPanels() {
    if (this.film && this.row >= 0) this.panels.rest(this.chart.Plotly, this.row, this.film.steps[this.row]);
  }

  stay(step, matters) {
    this.staying = setTimeout(() => matters() && this.stayed(step), SETTLED);
  }

  go(row) {
    if (row >= 0) return this.player.go(row);
    this.chart.rest();
    this.toStart();
    this.words.say("");
    clearTimeout(this.staying);
    return this.stay(null, () => true);
  }

  step(by) {
    this.go(this.row + by);
  }

  scrub(row) {
    this.player.scrub(row);
  }

  setSpeed(times) {
    this.player.speed = times;
  }

  toggle() {
    if (!this.film) return;
    if (this.player.playing) this.player.pause();
    else this.player.play();
    this.changed();
  }

  rewind() {
    this.player.playing = false;
    this.row = -1;
    this.controls.atStart();
  }

  forget() {
    this.film = undefined;
    this.player.playing = false;
    this.row = -1;
    this.chart.rest();
  }

  // What it has not told yet is of no interest any more.
  leave() {
    this.forget();
    clearTimeout(this.staying);
  }
}
