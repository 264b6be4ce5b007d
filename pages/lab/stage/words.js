// What is said about the bars: a verdict for each network, the numbers in a table, and one line of news.

import { element, partsOf } from "./element.js";

export class Words {
  constructor(root, colours) {
    Object.assign(this, { parts: partsOf(root, "status", "verdicts", "caption", "table"), colours });
  }

  say(text) {
    if (this.parts.status.textContent !== text) this.parts.status.textContent = text;
  }

  about({ verdicts, when, figure, caption }) {
    this.judge(verdicts, when);
    this.parts.caption.textContent = caption;
    this.parts.table.replaceChildren(table(figure.data.filter((trace) => trace.type === "bar")));
  }

  judge(verdicts, when) {
    const colours = this.colours();
    const cards = verdicts.map((verdict, index) => card(verdict, colours[index]));
    this.parts.verdicts.replaceChildren(element("p", { className: "stage-when" }, `${when[0].toUpperCase()}${when.slice(1)}.`), ...cards);
  }

  playing(step) {
    const when = this.parts.verdicts.querySelector(".stage-when");
    if (when) when.textContent = `The film plays: step ${step}.`;
    this.say("Playing.");
  }

  clear() {
    this.parts.verdicts.replaceChildren();
    this.parts.caption.textContent = ""; // a line for a number format says how small the bars are
    this.parts.table.replaceChildren();
  }
}

function card(verdict, colour) {
  const badge = element("span", { className: "stage-badge" }, verdict.title);
  badge.dataset.tone = verdict.tone;
  badge.dataset.word = verdict.word;
  const head = element("h2", {}, element("span", {}, verdict.name), badge);
  const text = [verdict.reading, verdict.evidence, verdict.consequence].filter(Boolean).join(" ");
  const made = element("div", { className: "stage-verdict", style: `--lane:${colour}` }, head, element("p", {}, text));
  if (verdict.outcome) made.append(element("p", {}, verdict.outcome));
  if (verdict.word !== "healthy") made.append(element("p", {}, verdict.remedy));
  return made;
}

function table(bars) {
  const row = (kind, texts) => element("tr", {}, ...texts.map((text) => element(kind, {}, `${text}`)));
  const head = row("th", ["Layer", ...bars.map((trace) => trace.name)]);
  const rows = bars[0].x.map((layer, index) => row("td", [layer, ...bars.map((trace) => number(trace.y[index]))]));
  return element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows));
}

const number = (value) => (value === null || value === undefined ? "–" : Number(value).toPrecision(4));

export const lossesIn = (losses) =>
  losses.map((loss, lane) => `${"ABCD"[lane]}: loss ${loss === null ? "none" : loss.toPrecision(3)}`).join(" · ");
