// One training step, a moment at a time.

import { calm } from "../../parts/reader.js";

const PACE = 900; // milliseconds a moment
const shown = new WeakMap();

export function show({ data, parentElement }) {
  const root = parentElement.querySelector(".slow");
  if (!shown.has(root)) shown.set(root, new SlowMotion(root));
  const slow = shown.get(root);
  slow.update(data);
  return () => slow.pause();
}

class SlowMotion {
  constructor(root) {
    this.root = root;
    this.parts = Object.fromEntries(["back", "play", "on", "scrub", "count", "layers", "says", "extras"].map((name) => [name, root.querySelector(`.slow-${name}`)]));
    const { back, play, on, scrub } = this.parts;
    back.addEventListener("click", () => this.go(this.at - 1));
    on.addEventListener("click", () => this.go(this.at + 1));
    play.addEventListener("click", () => (this.clock ? this.pause() : this.play()));
    scrub.addEventListener("input", () => this.go(Number(scrub.value)));
  }

  update(data) {
    const text = JSON.stringify(data);
    if (text === this.text) return;
    this.text = text;
    this.data = data;
    this.pause();
    this.parts.scrub.max = data.moments.length - 1;
    this.parts.extras.textContent = data.extras;
    const names = ["in", ...Array.from({ length: data.depth }, (_, layer) => `${layer + 1}`), "out"];
    this.parts.layers.replaceChildren(
      ...names.map((name) => {
        const box = document.createElement("div");
        box.textContent = data.depth > 30 && name % 5 && name !== "1" ? "" : name;
        return box;
      }),
    );
    this.go(0);
  }

  play() {
    if (this.at === this.data.moments.length - 1) this.go(0);
    // with many layers a moment is shorter, so that no one waits minutes for the far end
    const pace = Math.max(250, Math.min(PACE, (PACE * 40) / this.data.moments.length));
    this.clock = setInterval(() => this.go(this.at + 1, true), calm() ? PACE * 2 : pace);
    this.parts.play.textContent = "❚❚ Pause";
  }

  pause() {
    clearInterval(this.clock);
    this.clock = undefined;
    this.parts.play.textContent = "▶ Play";
  }

  go(to, playing = false) {
    const { moments } = this.data;
    if (!playing) this.pause();
    this.at = Math.max(0, Math.min(to, moments.length - 1));
    if (this.at === moments.length - 1) this.pause();
    const { phase, layer, says, uses } = moments[this.at];
    for (const step of this.root.querySelectorAll(".slow-phases li")) {
      if (step.dataset.phase === phase) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
    }
    for (const line of this.root.querySelectorAll(".slow-equations p")) {
      const on = line.dataset.for.split(" ").includes(phase);
      line.toggleAttribute("data-on", on);
      for (const term of line.querySelectorAll("[data-term]")) term.toggleAttribute("data-lit", on && uses.includes(term.dataset.term));
    }
    const done = {};
    for (const moment of moments.slice(0, this.at + 1)) done[moment.layer] = moment.phase;
    [...this.parts.layers.children].forEach((box, index) => {
      box.dataset.done = done[index] ?? "";
      box.toggleAttribute("data-now", index === layer);
    });
    this.parts.says.textContent = says;
    this.parts.scrub.value = this.at;
    this.parts.scrub.setAttribute("aria-valuetext", `${phase}, ${layer > this.data.depth ? "output" : `layer ${layer}`}`);
    this.parts.count.textContent = `${this.at + 1} / ${moments.length}`;
    this.parts.back.disabled = this.at === 0;
    this.parts.on.disabled = this.at === moments.length - 1;
  }
}
