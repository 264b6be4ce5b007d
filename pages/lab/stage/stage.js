// The stage of the lab: it draws what Python sends, and answers at once what needs no new computation.

import { barAt, discard, draw, followSize, isDark, load, magnification, unpacked } from "../../parts/figure.js";
import { FlipBook } from "./flipbook.js";
import { element, Guess } from "./guess.js";
import { MovingBars } from "./motion.js";
import { Panels, rowOf } from "./panels.js";
import { Player } from "./player.js";
import { calm, glide, keepInSight } from "../../parts/reader.js";

const HEIGHT = 400;
const SETTLED = 220; // milliseconds without a movement, after which Python hears of it
const stages = new WeakMap();

export function show(component) {
  const root = component.parentElement.querySelector(".stage");
  if (!stages.has(root)) stages.set(root, new Stage(root));
  const stage = stages.get(root);
  stage.update(component.data, component.setTriggerValue);
  return () => stage.leave();
}

class Stage {
  constructor(root) {
    this.root = root;
    this.parts = Object.fromEntries(
      ["dials", "chart", "drawing", "flip", "train", "back", "play", "on", "scrub", "step", "speed", "progress", "status",
        "verdicts", "caption", "table", "player"].map((name) => [name, root.querySelector(`.stage-${name}`)]),
    );
    this.books = {};
    this.told = {};
    this.panels = new Panels(() => document.querySelector(".stage-panels"), () => this.look());
    this.player = new Player({ show: (row, part) => this.show(row, part), rested: (row) => this.rested(row) });
    this.listen();
  }

  look() {
    return { dark: this.data.dark, height: HEIGHT };
  }

  colours() {
    const table = isDark(this.root) ? this.data.dark : {};
    return this.data.colours.map((colour) => table[colour] ?? colour);
  }

  // --- what Python sends ---

  async update(data, tell) {
    this.tell = tell;
    const before = this.data;
    this.data = data;
    const otherRuns = before?.setup !== data.setup;
    if (otherRuns) this.forget();
    this.paintDials();
    this.Plotly ??= await load(data.library);
    if (data !== this.data) return; // something newer has come meanwhile
    if (this.settling) return; // a handle is being moved: Python will hear of it, and answer again
    this.unfollow ??= followSize(this.Plotly, this.parts.drawing, this.parts.chart);
    for (const dial of data.dials) {
      const book = this.books[dial.word];
      book.about(data.link, `${isDark(this.root)}|${magnification()}|${this.root.clientWidth}`);
      book.put(dial.value, data.start);
    }
    this.told = {};
    if (otherRuns || before.predict !== data.predict) this.revealed = !data.predict;
    if (!this.revealed) this.forget(); // neither film nor run may give away what is to be guessed
    this.paintControls();
    if (this.film && this.film.link !== data.link) await this.newFilm();
    else if (this.film) this.showPanels(this.film.panels);
    else if (data.at !== null && otherRuns && this.revealed) this.train({ then: data.at });
    if (!this.film) this.toStart();
    if (this.waiting) this.train({});
    this.waiting = false;
    this.books[data.dials[0]?.word]?.ahead(data.dials[0].value).then(() => this.aheadOfTheOthers());
    this.root.dataset.shown = data.link; // for whoever waits for it
  }

  async aheadOfTheOthers() {
    for (const dial of this.data.dials) {
      await this.books[dial.word].ahead(dial.value);
      if (this.parts.drawing.offsetParent) this.books[dial.word].drawAhead(this.Plotly, this.parts.drawing, this.look());
    }
  }

  // The same runs, to be shown in another way.
  async newFilm() {
    try {
      await this.fetchFilm(this.row);
    } catch (error) {
      this.forget();
      this.say(error.message);
    }
  }

  forget() {
    this.run?.abort();
    this.run = undefined;
    this.film = undefined;
    this.guesses = [];
    this.row = -1;
    this.player.playing = false;
    this.bars?.rest();
    this.bars = undefined;
    this.say("");
  }

  // --- the handles ---

  paintDials() {
    for (const dial of this.data.dials) {
      this.books[dial.word] ??= new FlipBook(dial.word);
      if (this.told[dial.word] === undefined) this.books[dial.word].stops = dial.stops;
      let box = this.parts.dials.querySelector(`[data-word="${dial.word}"]`);
      if (!box) {
        const input = element("input", { type: "range", min: 0, step: 1, "aria-label": dial.title });
        input.addEventListener("input", () => this.turn(dial.word, this.books[dial.word].stops[Number(input.value)]));
        box = element("label", { className: "stage-dial", title: dial.help }, element("span", {}, dial.title), element("output"), input);
        box.dataset.word = dial.word;
        this.parts.dials.append(box);
      }
      const [input, output] = [box.querySelector("input"), box.querySelector("output")];
      input.disabled = dial.locked;
      if (this.told[dial.word] === undefined || this.told[dial.word] === dial.value) {
        this.books[dial.word].stops = dial.stops;
        input.max = dial.stops.length - 1;
        input.value = dial.stops.indexOf(dial.value);
        this.label(input, output, dial.value);
      }
    }
    for (const box of [...this.parts.dials.children]) {
      if (!this.data.dials.some((dial) => dial.word === box.dataset.word)) box.remove();
    }
  }

  label(input, output, value) {
    output.textContent = `${value}`;
    input.setAttribute("aria-valuetext", `${value}`);
  }

  // A handle has moved: what is known of the new value is shown within this frame, the rest as it comes.
  turn(word, value) {
    const box = this.parts.dials.querySelector(`[data-word="${word}"]`);
    this.label(box.querySelector("input"), box.querySelector("output"), value);
    this.forget();
    this.paintControls();
    this.told = { [word]: value };
    this.waiting = false;
    this.revealed = !this.data.predict; // another network, another guess
    const book = this.books[word];
    const scene = book.scenes.get(value);
    if (scene) this.flip(book, value, scene);
    else this.flipWhenFetched(book, word, value);
    book.ahead(value);
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.settle(word, value), SETTLED);
  }

  async flipWhenFetched(book, word, value) {
    this.asking?.abort();
    this.asking = new AbortController();
    try {
      await book.fetch([value], this.asking.signal);
      if (this.told[word] === value && book.scenes.has(value)) this.flip(book, value, book.scenes.get(value));
    } catch {
      // Python will answer
    }
  }

  flip(book, value, scene) {
    if (!this.revealed) return;
    this.scene = scene;
    const page = book.page(value, this.parts.drawing.clientWidth);
    if (page) {
      if (this.parts.flip.firstChild !== page) this.parts.flip.replaceChildren(page);
      this.parts.flip.hidden = false;
      this.verdicts(scene.verdicts, scene.when);
    } else this.drawScene(scene);
    this.root.dataset.value = value;
  }

  settle(word, value) {
    this.settling = undefined;
    if (this.revealed && this.scene?.value === value) this.drawScene(this.scene);
    const same = this.data.dials.some((dial) => dial.word === word && dial.value === value);
    if (same) this.told = {}; // back where it was: Python has nothing to answer
    this.tell("did", same ? { at: null } : { [word]: value });
    if (same) this.toStart();
    if (same && this.waiting) this.train({});
    this.books[word].drawAhead(this.Plotly, this.parts.drawing, this.look());
  }

  // --- drawing ---

  drawScene(scene, guesses = []) {
    draw(this.Plotly, this.parts.drawing, withGuesses(scene.figure, guesses), this.look());
    this.click();
    this.parts.flip.hidden = true;
    this.parts.drawing.setAttribute("aria-label", scene.alt);
    this.verdicts(scene.verdicts, scene.when);
    this.table(scene.figure.data, scene.caption);
  }

  toStart() {
    if (Object.keys(this.told).length) return; // a handle is ahead of Python
    this.scene = this.data.start;
    this.player.playing = false;
    this.row = -1;
    this.parts.scrub.value = -1;
    this.parts.step.textContent = "start";
    if (!this.revealed) return this.askGuess();
    this.guess?.end();
    this.drawScene(this.scene, this.guesses);
    this.showPanels(this.film ? this.film.panels : this.data.panels);
    this.paintControls();
  }

  async showPanels(panels) {
    await this.panels.arrival();
    this.panels.show(this.Plotly, this.revealed ? panels : []);
    if (this.film && this.row >= 0) this.panels.rest(this.Plotly, this.row, this.film.steps[this.row]);
  }

  verdicts(said, when) {
    const colours = this.colours();
    const cards = said.map((verdict, index) => {
      const badge = element("span", { className: "stage-badge" }, verdict.title);
      badge.dataset.tone = verdict.tone;
      badge.dataset.word = verdict.word;
      const head = element("h2", {}, element("span", {}, verdict.name), badge);
      const text = [verdict.reading, verdict.evidence, verdict.consequence].filter(Boolean).join(" ");
      const card = element("div", { className: "stage-verdict", style: `--lane:${colours[index]}` }, head, element("p", {}, text));
      if (verdict.outcome) card.append(element("p", {}, verdict.outcome));
      if (verdict.word !== "healthy") card.append(element("p", {}, verdict.remedy));
      return card;
    });
    this.parts.verdicts.replaceChildren(element("p", { className: "stage-when" }, `Gradients ${when}.`), ...cards);
  }

  table(traces, caption) {
    this.parts.caption.textContent = caption;
    const bars = traces.filter((trace) => trace.type === "bar");
    const words = (value) => (value === null || value === undefined ? "–" : Number(value).toPrecision(4));
    const head = element("tr", {}, ...["Layer", ...bars.map((trace) => trace.name)].map((text) => element("th", {}, text)));
    const rows = bars[0].x.map((layer, index) =>
      element("tr", {}, ...[layer, ...bars.map((trace) => words(trace.y[index]))].map((text) => element("td", {}, `${text}`))),
    );
    this.parts.table.replaceChildren(element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows)));
  }

  click() {
    if (this.clicks || !this.parts.drawing.on) return;
    this.clicks = true;
    this.parts.drawing.on("plotly_click", ({ event }) => {
      const { network, layer } = barAt(this.parts.drawing, event);
      this.tell("did", { why: [network, layer] });
      keepInSight(document.querySelector(".st-key-lab-tools"), glide());
    });
  }

  say(text) {
    if (this.parts.status.textContent !== text) this.parts.status.textContent = text;
  }

  // --- predict, then look ---

  askGuess() {
    const { figure } = this.scene;
    const bars = figure.data.filter((trace) => trace.type === "bar");
    const depth = bars[0].x.length;
    const last = bars.map((trace) => trace.y[depth - 1]);
    const anchors = last.map((value) => (value > 0 ? Math.log10(value) : 0));
    const hidden = bars.map((trace) => ({ ...trace, error_y: undefined, y: trace.y.map((value, layer) => (layer === depth - 1 ? value : null)) }));
    const floor = Math.min(...anchors) - Math.max(8, Math.ceil(1.1 * depth));
    const yaxis = { ...figure.layout.yaxis, type: "log", range: [Math.floor(floor), Math.ceil(Math.max(...anchors) + 4)], dtick: Math.ceil((12 + depth) / 8) };
    const layout = { ...figure.layout, annotations: [], shapes: [], yaxis, uirevision: "guess" };
    draw(this.Plotly, this.parts.drawing, { data: hidden, layout }, this.look());
    this.parts.drawing.setAttribute("aria-label", "The bars are hidden until you have made your prediction. Only the last layer is shown.");
    this.parts.verdicts.replaceChildren();
    this.parts.caption.textContent = ""; // a line for a number format says how small the bars are
    this.parts.table.replaceChildren();
    this.panels.clear();
    this.parts.flip.hidden = true;
    this.guess = this.guess ?? new Guess(this.root, this.colours(), () => this.reveal());
    this.guess.colours = this.colours();
    this.guess.ask(bars.map((trace) => trace.name), anchors, depth, this.parts.drawing);
    this.paintControls();
  }

  reveal() {
    const bars = this.scene.figure.data.filter((trace) => trace.type === "bar");
    const line = (trace, network) => ({
      type: "scatter", mode: "lines+markers", name: `Your guess ${trace.name.slice(0, 1)}`, x: trace.x,
      y: this.guess.heights[network].map((height) => 10 ** height),
      line: { color: this.data.colours[network], dash: "dot", width: 3 }, marker: { symbol: "diamond", size: 9 },
    });
    this.guesses = bars.map(line);
    this.revealed = true;
    this.drawScene(this.scene, this.guesses);
    const said = this.guess.verdict(bars.map((trace) => trace.y));
    this.guess.end();
    this.say(said.join("\n"));
    this.showPanels(this.data.panels);
    this.paintControls();
    this.parts.train.focus();
    this.tell("did", { revealed: true });
  }

  // --- training and its film ---

  async train({ then }) {
    if (Object.keys(this.told).length) {
      this.waiting = true; // a handle has just been moved, and Python has not answered yet
      this.say("Training …");
      return;
    }
    this.run?.abort();
    const run = (this.run = new AbortController());
    this.paintControls();
    this.say("Training …");
    try {
      const answer = await fetch(`/api/training?${this.data.link}`, { signal: run.signal });
      if (!answer.ok) throw new Error((await answer.json()).problem);
      for await (const news of linesOf(answer)) {
        if (news.problem) throw new Error(`${news.problem} ${news.remedy}`);
        if (run.signal.aborted) return;
        this.progress(news);
      }
      await this.fetchFilm(undefined, run.signal);
      this.run = undefined;
      const end = this.film.steps.length - 1;
      if (then === undefined) this.tell("did", { trained: true, at: this.film.steps[end] });
      if (then !== undefined) this.go(this.rowAt(then));
      else if (calm()) this.go(end);
      else {
        this.player.row = 0;
        this.player.play();
      }
    } catch (error) {
      if (run.signal.aborted) return;
      this.run = undefined;
      this.say(error.message || "The training was interrupted. Try again.");
      this.tell("did", { at: null });
      this.toStart();
    } finally {
      this.paintControls();
    }
  }

  stop() {
    this.leaveFilm();
    this.say("Stopped. The bars show the start.");
  }

  // Back to the networks as they are before training.
  leaveFilm() {
    this.forget();
    clearTimeout(this.tellingStep);
    this.tell("did", { at: null });
    this.toStart();
  }

  progress({ step, steps, losses }) {
    if (steps === undefined) return;
    this.parts.progress.value = (step + 1) / steps;
    this.parts.step.textContent = [`step ${step}`, lossesIn(losses)].filter(Boolean).join(" · ");
  }

  async fetchFilm(row, signal) {
    const link = this.data.link;
    const answer = await fetch(`/api/film?${link}`, { signal });
    const film = await answer.json();
    if (!answer.ok) throw new Error(`${film.problem} ${film.remedy}`);
    if (link !== this.data.link) return;
    this.film = { ...film, link, columns: unpacked(film.columns) };
    this.bars?.rest();
    this.bars = new MovingBars(this.Plotly, this.parts.drawing, this.film.columns, (columns) => this.drawColumns(columns, []));
    const places = film.stops.map((stop) => this.rowAt(stop.step));
    this.player.load(film.steps.length, places);
    this.parts.scrub.max = film.steps.length - 1;
    this.showPanels(film.panels);
    if (row !== undefined) this.go(row);
  }

  rowAt(step) {
    const { steps } = this.film;
    return steps.findLastIndex((one) => one <= step);
  }

  drawColumns(columns, annotations) {
    const { figure } = this.film;
    const data = figure.data.map((trace, index) => ({ ...trace, y: columns[index] }));
    draw(this.Plotly, this.parts.drawing, { data, layout: { ...figure.layout, annotations } }, this.look());
  }

  // A frame of the film: marks are moved, nothing is drawn anew.
  show(row, part) {
    if (!this.film) return;
    this.parts.flip.hidden = true;
    this.bars.move(row, part);
    this.panels.move(this.Plotly, row, part, this.stepAt(row, part));
    if (row !== this.row) {
      this.row = row;
      this.parts.scrub.value = row;
      this.stepLabel(row);
    }
    if (this.parts.play.dataset.playing !== `${this.player.playing}`) this.paintControls();
  }

  stepAt(row, part) {
    const { steps } = this.film;
    return steps[row] + part * ((steps[row + 1] ?? steps[row]) - steps[row]);
  }

  stepLabel(row) {
    const { steps, losses } = this.film;
    this.parts.step.textContent = `step ${steps[row]}`;
    const when = this.parts.verdicts.querySelector(".stage-when");
    if (this.player.playing) {
      if (when) when.textContent = `The film plays: step ${steps[row]}.`;
      this.say("Playing.");
    }
    this.parts.scrub.setAttribute("aria-valuetext", `step ${steps[row]}. ${lossesIn(losses[row])}`);
  }

  // The film has come to rest: an exact drawing, with its words.
  rested(row) {
    if (!this.film) return;
    const { film } = this;
    this.row = row;
    this.bars.rest();
    const step = film.steps[row];
    this.drawColumns(rowOf(film.columns, row), film.marks[row] ?? film.figure.layout.annotations.filter((note) => /ends/.test(note.text)));
    this.panels.rest(this.Plotly, row, step);
    this.parts.flip.hidden = true;
    const last = row === film.steps.length - 1;
    const said = film.verdicts.map((verdict, lane) =>
      last
        ? { ...verdict, outcome: `${"ABCD"[lane]} ${film.outcomes[lane]}` }
        : { ...verdict, reading: sentence(film.readings[row][lane]), evidence: "", consequence: "", remedy: "", title: `At the end: ${verdict.title}` },
    );
    this.verdicts(said, `at step ${step}${last ? ", the last one" : ""}${film.seed}`);
    this.parts.drawing.setAttribute("aria-label", `Bar chart by layer at step ${step}. ${film.readings[row].map((text, lane) => `${"ABCD"[lane]}: ${text}.`).join(" ")}`);
    this.table(film.figure.data.map((trace, index) => ({ ...trace, y: rowOf(film.columns, row)[index] ?? trace.y })), film.caption);
    this.parts.scrub.value = row;
    this.stepLabel(row);
    const stop = film.stops.filter((one) => one.step === step).map((one) => one.says);
    this.say(stop.length ? `Paused: ${stop.join(" ")}` : `Step ${step}. ${lossesIn(film.losses[row])}`);
    this.paintControls();
    clearTimeout(this.tellingStep);
    if (this.data.at !== step) this.tellingStep = setTimeout(() => this.film === film && this.tell("did", { at: step }), SETTLED);
    this.root.dataset.row = row;
  }

  go(row) {
    if (row < 0) {
      this.bars?.rest();
      this.toStart();
      this.say("");
      clearTimeout(this.tellingStep);
      this.tellingStep = setTimeout(() => this.tell("did", { at: null }), SETTLED);
    } else this.player.go(row);
  }

  // --- buttons and keys ---

  paintControls() {
    const { train, back, play, on, scrub, progress, speed } = this.parts;
    const running = Boolean(this.run);
    const cost = this.data.cost ? `, ${this.data.cost}` : "";
    train.textContent = running ? "Stop" : this.film ? "Back to the start" : `Train for ${this.data.steps} steps${cost}`;
    train.disabled = !this.revealed;
    const playing = this.player.playing;
    play.dataset.playing = `${playing}`;
    play.textContent = playing ? "❚❚ Pause" : "▶ Play";
    play.setAttribute("aria-pressed", `${playing}`);
    for (const control of [back, play, on, scrub, speed.querySelector("select")]) control.disabled = !this.film;
    for (const control of [back, play, on, scrub, speed]) control.hidden = !this.film;
    this.parts.step.hidden = !this.film && !running;
    progress.hidden = !running;
    if (!running) progress.value = 0;
  }

  listen() {
    const { train, back, play, on, scrub, speed } = this.parts;
    train.addEventListener("click", () => {
      if (this.run) this.stop();
      else if (this.film) this.leaveFilm();
      else this.train({});
    });
    play.addEventListener("click", () => this.toggle());
    back.addEventListener("click", () => this.go(this.row - 1));
    on.addEventListener("click", () => this.go(this.row + 1));
    scrub.addEventListener("input", () => {
      const row = Number(scrub.value);
      if (row < 0) return this.go(-1);
      this.player.scrub(row);
      clearTimeout(this.scrubbing);
      this.scrubbing = setTimeout(() => this.player.go(row), 150);
      return undefined;
    });
    speed.querySelector("select").addEventListener("change", (event) => {
      this.player.speed = Number(event.target.value);
    });
    this.keys = (event) => this.key(event);
    document.addEventListener("keydown", this.keys);
  }

  toggle() {
    if (!this.film) return;
    if (this.player.playing) this.player.pause();
    else this.player.play();
    this.paintControls();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.data) return;
    const taken = event.target.closest?.("input, textarea, select, button, a, summary, [contenteditable], [role=slider], [role=option], [role=combobox], [role=tab], [role=radio]");
    if (taken && !(taken === this.parts.play && event.key.startsWith("Arrow"))) return;
    const slug = this.data.keys[event.key];
    if (slug) {
      clearTimeout(this.settling); // a handle that has just been moved is of no interest any more
      this.settling = undefined;
      this.told = {};
      this.tell("did", { scenario: slug });
      this.root.closest(".stMain")?.scrollTo(0, 0);
    } else if (event.key === " " && this.film) this.toggle();
    else if (event.key === " ") this.parts.train.click();
    else if (event.key === "ArrowRight" && this.film) this.go(this.row + 1);
    else if (event.key === "ArrowLeft" && this.film) this.go(this.row - 1);
    else return;
    event.preventDefault();
  }

  leave() {
    document.removeEventListener("keydown", this.keys);
    this.run?.abort();
    this.player.playing = false;
    this.unfollow?.();
    this.panels.clear();
    if (this.Plotly) discard(this.Plotly, this.parts.drawing);
    stages.delete(this.root);
  }
}

// A figure with the learner's guesses over its bars, and room for them on its axis.
function withGuesses(figure, guesses) {
  if (!guesses.length) return figure;
  const { yaxis } = figure.layout;
  const heights = guesses.flatMap((guess) => (yaxis.type === "log" ? guess.y.map(Math.log10) : guess.y));
  const range = [Math.min(yaxis.range[0], Math.floor(Math.min(...heights))), Math.max(yaxis.range[1], Math.ceil(Math.max(...heights)))];
  const ticks = yaxis.type === "log" ? { dtick: Math.max(1, Math.ceil((range[1] - range[0]) / 8)) } : {};
  const layout = { ...figure.layout, yaxis: { ...yaxis, range, ...ticks } };
  return { ...figure, data: [...figure.data, ...guesses], layout };
}

const lossesIn = (losses) =>
  losses.map((loss, lane) => `${"ABCD"[lane]}: loss ${loss === null ? "none" : loss.toPrecision(3)}`).join(" · ");

const sentence = (text) => `${text[0].toUpperCase()}${text.slice(1)}.`;

// The lines of a streamed answer, each as JSON.
async function* linesOf(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const line of lines) yield JSON.parse(line);
  }
}
