// The buttons under the chart, and the keys that press them.

import { partsOf } from "./element.js";
import { lossesIn } from "./words.js";

const RESTS = 150; // milliseconds that the scrubber has not moved
const HAVE_KEYS = "input, textarea, select, button, a, summary, [contenteditable], [role=slider], [role=option], [role=combobox], [role=tab], [role=radio]";

export class Controls {
  constructor(root) {
    this.parts = partsOf(root, "train", "back", "play", "on", "scrub", "step", "speed", "progress");
  }

  // The film is told at once; `train()` and `open(scenario)` are called for the rest.
  listen(playback, { train, open }) {
    const { parts } = this;
    Object.assign(this, { playback, open });
    parts.train.addEventListener("click", () => train());
    parts.play.addEventListener("click", () => playback.toggle());
    parts.back.addEventListener("click", () => playback.step(-1));
    parts.on.addEventListener("click", () => playback.step(1));
    parts.scrub.addEventListener("input", () => this.scrubbed(Number(parts.scrub.value)));
    parts.speed.querySelector("select").addEventListener("change", (event) => playback.setSpeed(Number(event.target.value)));
    this.pressed = (event) => this.key(event);
    document.addEventListener("keydown", this.pressed);
  }

  leave() {
    document.removeEventListener("keydown", this.pressed);
  }

  scrubbed(row) {
    if (row < 0) return this.playback.go(row);
    this.playback.scrub(row);
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.playback.go(row), RESTS);
    return undefined;
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.scenarios) return;
    const { train, back, play, on } = this.parts;
    const taken = event.target.closest?.(HAVE_KEYS);
    if (taken && !(taken === play && event.key.startsWith("Arrow"))) return;
    const buttons = this.filmed ? { " ": play, ArrowRight: on, ArrowLeft: back } : { " ": train };
    const scenario = this.scenarios[event.key];
    if (scenario) this.open(scenario);
    else if (buttons[event.key]) buttons[event.key].click();
    else return;
    event.preventDefault();
  }

  paint({ revealed, running, filmed, playing, label }) {
    const { train, back, play, on, scrub, step, speed, progress } = this.parts;
    Object.assign(this, { filmed, playing });
    train.textContent = running ? "Stop" : filmed ? "Back to the start" : label;
    train.disabled = !revealed;
    play.dataset.playing = `${playing}`;
    play.textContent = playing ? "❚❚ Pause" : "▶ Play";
    play.setAttribute("aria-pressed", `${playing}`);
    for (const control of [back, play, on, scrub, speed.querySelector("select")]) control.disabled = !filmed;
    for (const control of [back, play, on, scrub, speed]) control.hidden = !filmed;
    step.hidden = !filmed && !running;
    progress.hidden = !running;
    if (!running) progress.value = 0;
  }

  focus() {
    this.parts.train.focus();
  }

  load(film) {
    this.parts.scrub.max = film.last;
  }

  atStart() {
    this.parts.scrub.value = -1;
    this.parts.step.textContent = "start";
  }

  at(row, film) {
    const { scrub, step } = this.parts;
    scrub.value = row;
    step.textContent = `step ${film.steps[row]}`;
    scrub.setAttribute("aria-valuetext", `step ${film.steps[row]}. ${lossesIn(film.losses[row])}`);
  }

  progress({ step, steps, losses }) {
    if (steps === undefined) return;
    this.parts.progress.value = (step + 1) / steps;
    this.parts.step.textContent = [`step ${step}`, lossesIn(losses)].filter(Boolean).join(" · ");
  }
}
