// The stage of the lab: it passes on what Python sends and what the learner does to whoever answers it.

import { Chart } from "./chart.js";
import { Controls } from "./controls.js";
import { Dials } from "./dials.js";
import { isDark, load } from "../../parts/figure.js";
import { fetchFilm } from "./film.js";
import { Panels } from "./panels.js";
import { whenConnected } from "../../parts/connection.js";
import { Playback } from "./playback.js";
import { Prediction } from "./prediction.js";
import { glide, keepInSight } from "../../parts/reader.js";
import { Training } from "./training.js";
import { Words } from "./words.js";

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
    const look = () => ({ dark: this.data.dark });
    this.chart = new Chart(root, look, (bar) => this.clicked(bar));
    this.panels = new Panels(() => document.querySelector(".stage-panels"), look);
    this.words = new Words(root, () => this.colours());
    this.prediction = new Prediction(root, () => this.colours(), () => this.reveal());
    this.dials = new Dials(root, this.chart, {
      turned: () => this.turned(), found: (scene, page) => this.found(scene, page), settled: (...what) => this.settled(...what),
    });
    this.training = new Training({
      changed: () => this.paintControls(), news: (news) => this.controls.progress(news),
      trained: (signal, then) => this.trained(signal, then), failed: (why) => this.failed(why),
    });
    this.controls = new Controls(root);
    this.playback = new Playback(root, this, {
      changed: () => this.paintControls(), toStart: () => this.toStart(),
      known: () => this.data.at, stayed: (step) => this.tell("did", { at: step }),
    });
    this.controls.listen(this.playback, { train: () => this.pressTrain(), open: (scenario) => this.open(scenario) });
  }

  colours() {
    const table = isDark(this.root) ? this.data.dark : {};
    return this.data.colours.map((colour) => table[colour] ?? colour);
  }

  // --- what Python sends ---

  async update(data, tell) {
    const before = this.data;
    Object.assign(this, { data, tell: whenConnected(tell) });
    this.controls.scenarios = data.keys;
    const otherRuns = before?.setup !== data.setup;
    if (otherRuns) this.forget();
    this.dials.paint(data.dials);
    this.chart.Plotly ??= await load(data.library);
    if (data !== this.data || this.dials.moving) return; // something newer has come, or Python will be told of something newer
    this.chart.follow();
    this.dials.answered(data.link, data.start);
    if (otherRuns || before.predict !== data.predict) this.revealed = !data.predict;
    if (!this.revealed) this.forget(); // neither film nor run may give away what is to be guessed
    this.paintControls();
    await this.showAnswer(data, otherRuns);
    this.dials.lookAhead(data.dials[0]);
    this.root.dataset.shown = data.link; // for whoever waits for it
  }

  async showAnswer(data, otherRuns) {
    const { film } = this.playback;
    if (film && film.link !== data.link) await this.newFilm();
    else if (film) this.showPanels(film.panels);
    else if (data.at !== null && otherRuns && this.revealed) this.train(data.at);
    if (!this.playback.film) this.toStart();
    if (this.waiting) this.train();
    this.waiting = false;
  }

  forget() {
    this.training.stop();
    this.playback.forget();
    this.prediction.lines = [];
    this.words.say("");
  }

  // --- what the handles do ---

  turned() {
    this.forget();
    this.paintControls();
    this.waiting = false;
    this.revealed = !this.data.predict; // another network, another guess
  }

  found(scene, page) {
    if (!this.revealed) return;
    this.scene = scene;
    if (page) {
      this.chart.flipTo(page);
      this.words.judge(scene.verdicts, scene.when);
    } else this.draw(scene);
    this.root.dataset.value = scene.value;
  }

  settled(word, value, same) {
    if (this.revealed && this.scene?.value === value) this.draw(this.scene);
    this.tell("did", same ? { at: null } : { [word]: value });
    if (same) this.toStart();
    if (same && this.waiting) this.train();
  }

  // --- the networks before training, and what is predicted of them ---

  draw(scene, figure = scene.figure) {
    this.chart.draw(figure, scene.alt);
    this.words.about(scene);
  }

  toStart() {
    if (this.dials.unanswered) return; // a handle is ahead of Python
    this.scene = this.data.start;
    this.playback.rewind();
    if (this.revealed) this.showStart();
    else this.ask();
    this.paintControls();
  }

  showStart() {
    this.prediction.end();
    this.draw(this.scene, this.prediction.over(this.scene.figure));
    this.showPanels((this.playback.film ?? this.data).panels);
  }

  ask() {
    this.prediction.ask(this.scene.figure, this.chart);
    this.words.clear();
    this.panels.clear();
  }

  reveal() {
    const said = this.prediction.compare(this.scene.figure, this.data.colours);
    this.revealed = true;
    this.showStart();
    this.words.say(said);
    this.paintControls();
    this.controls.focus();
    this.tell("did", { revealed: true });
  }

  async showPanels(panels) {
    await this.panels.arrival();
    this.panels.show(this.chart.Plotly, this.revealed ? panels : []);
    this.playback.restPanels();
  }

  clicked({ network, layer }) {
    if (!this.revealed) return; // a column must not tell what is to be guessed
    this.tell("did", { why: [network, layer] });
    keepInSight(document.querySelector(".st-key-lab-tools"), glide());
  }

  // --- training ---

  pressTrain() {
    const { running } = this.training;
    if (running || this.playback.film) this.leaveFilm();
    else this.train();
    if (running) this.words.say("Stopped. The bars show the start.");
  }

  // `then` is the step to be shown; without one, the film is played.
  train(then) {
    this.words.say("Training …");
    if (this.dials.unanswered) this.waiting = true; // a handle has just been moved, and Python has not answered yet
    else this.training.start(this.data.link, then);
  }

  async trained(signal, then) {
    await this.loadFilm(signal);
    const { film } = this.playback;
    if (then !== undefined) return this.playback.go(film.rowAt(then));
    this.tell("did", { trained: true, at: film.steps[film.last] });
    return this.playback.begin();
  }

  failed(why) {
    this.words.say(why);
    this.tell("did", { at: null });
    this.toStart();
  }

  // --- the film ---

  async loadFilm(signal, row) {
    const { link } = this.data;
    const film = await fetchFilm(link, signal);
    if (link !== this.data.link) return;
    this.playback.load(film);
    this.showPanels(film.panels);
    if (row !== undefined) this.playback.go(row);
  }

  // The same runs, to be shown in another way.
  async newFilm() {
    try {
      await this.loadFilm(undefined, this.playback.row);
    } catch (error) {
      this.forget();
      this.words.say(error.message);
    }
  }

  // Back to the networks as they are before training.
  leaveFilm() {
    this.forget();
    this.playback.leave();
    this.tell("did", { at: null });
    this.toStart();
  }

  // --- buttons and keys ---

  paintControls() {
    const { steps, cost } = this.data;
    this.controls.paint({
      revealed: this.revealed, running: this.training.running, filmed: Boolean(this.playback.film), playing: this.playback.player.playing,
      label: `Train for ${steps} steps${cost ? `, ${cost}` : ""}`,
    });
  }

  open(scenario) {
    this.dials.letGo();
    this.tell("did", { scenario });
    this.root.closest(".stMain")?.scrollTo(0, 0);
  }

  leave() {
    this.controls.leave();
    this.training.stop();
    this.playback.player.playing = false;
    this.panels.clear();
    this.chart.leave();
    stages.delete(this.root);
  }
}
