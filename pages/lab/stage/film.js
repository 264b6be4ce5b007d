// The film of a training: where the bars stand at every recorded step, and what is said of them there.

import { unpacked } from "../../parts/figure.js";
import { rowOf } from "./panels.js";
import { lossesIn } from "./words.js";

export async function fetchFilm(link, signal) {
  const answer = await fetch(`/api/film?${link}`, { signal });
  const film = await answer.json();
  if (!answer.ok) throw new Error(`${film.problem} ${film.remedy}`);
  return new Film(film, link);
}

class Film {
  constructor(film, link) {
    Object.assign(this, film, { link, columns: unpacked(film.columns), last: film.steps.length - 1 });
  }

  rowAt(step) {
    return this.steps.findLastIndex((one) => one <= step);
  }

  // The step at a row, or at a moment between it and the next.
  stepAt(row, part) {
    const here = this.steps[row];
    return here + part * ((this.steps[row + 1] ?? here) - here);
  }

  with(columns, annotations) {
    const data = this.figure.data.map((trace, index) => ({ ...trace, y: columns[index] }));
    return { data, layout: { ...this.figure.layout, annotations } };
  }

  // The film at rest, as exact and with as many words as the start.
  scene(row) {
    const step = this.steps[row];
    const readings = this.readings[row].map((text, lane) => `${"ABCD"[lane]}: ${text}.`);
    const marks = this.marks[row] ?? this.figure.layout.annotations.filter((note) => /ends/.test(note.text));
    return {
      figure: this.with(rowOf(this.columns, row), marks),
      alt: `Bar chart by layer at step ${step}. ${readings.join(" ")}`,
      verdicts: this.verdicts.map((verdict, lane) => this.verdictAt(row, verdict, lane)),
      when: `at step ${step}${row === this.last ? ", the last one" : ""}${this.seed}`,
      caption: this.caption,
    };
  }

  verdictAt(row, verdict, lane) {
    if (row === this.last) return { ...verdict, outcome: `${"ABCD"[lane]} ${this.outcomes[lane]}` };
    const reading = sentence(this.readings[row][lane]);
    return { ...verdict, reading, evidence: "", consequence: "", remedy: "", title: `At the end: ${verdict.title}` };
  }

  news(row) {
    const stops = this.stops.filter((stop) => stop.step === this.steps[row]).map((stop) => stop.says);
    return stops.length ? `Paused: ${stops.join(" ")}` : `Step ${this.steps[row]}. ${lossesIn(this.losses[row])}`;
  }
}

const sentence = (text) => `${text[0].toUpperCase()}${text.slice(1)}.`;
