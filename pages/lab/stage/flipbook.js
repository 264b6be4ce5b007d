// Pictures of neighbouring settings, drawn ahead while nobody is waiting, and shown while a handle is dragged.

import { discard, draw } from "../../parts/figure.js";

const KEPT = 120; // scenes
const REACH = 10; // pages drawn ahead on each side; scenes beyond are fetched, but not drawn yet
const AT_ONCE = 5; // values asked for in one request

export class FlipBook {
  constructor(word) {
    Object.assign(this, { word, stops: [], scenes: new Map(), pages: new Map(), context: "" });
  }

  // The picture of a value, if one has been drawn ahead for a place of this width.
  page(value, width) {
    return width === this.width ? this.pages.get(value) : undefined;
  }

  // A book is about everything but its own setting; when that changes, it starts anew.
  about(link, look) {
    const query = new URLSearchParams(link);
    query.delete(this.word);
    const context = `${query}|${look}`;
    if (context === this.context) return;
    this.context = context;
    this.link = query.toString();
    this.scenes.clear();
    this.forgetPages();
    this.asking?.abort();
    this.asking = undefined;
  }

  forgetPages() {
    this.pages.clear();
    this.drawing = undefined;
  }

  put(value, scene) {
    this.scenes.set(value, { ...scene, value });
  }

  async fetch(values, signal) {
    const query = new URLSearchParams(this.link);
    query.set("along", this.word);
    query.set("values", values.join(","));
    const answer = await fetch(`/api/neighbours?${query}`, { signal });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const context = this.context;
    const scenes = await answer.json();
    if (context !== this.context) return;
    if (this.scenes.size > KEPT) this.scenes.clear();
    for (const scene of scenes) this.scenes.set(scene.value, scene);
  }

  // Stops by their distance from a value.
  around(value) {
    const at = this.stops.indexOf(value);
    return this.stops
      .map((stop, index) => [Math.abs(index - at), stop])
      .sort((one, other) => one[0] - other[0])
      .map(([, stop]) => stop);
  }

  // Fetches what is missing around a value, nearest first, one request at a time.
  async ahead(value) {
    this.centre = value;
    if (this.asking) return;
    const asking = (this.asking = new AbortController());
    try {
      for (;;) {
        const missing = this.around(this.centre).slice(0, 60).filter((stop) => !this.scenes.has(stop));
        if (!missing.length || asking.signal.aborted) break;
        await this.fetch(missing.slice(0, AT_ONCE), asking.signal);
      }
    } catch {
      // the next movement of the handle asks again
    } finally {
      if (this.asking === asking) this.asking = undefined;
    }
  }

  // Draws pages around a value in idle moments, in a hidden place as large as the visible one.
  drawAhead(Plotly, place, look) {
    if (this.drawing) return;
    if (place.clientWidth !== this.width) this.pages.clear();
    this.width = place.clientWidth;
    const ticket = (this.drawing = {});
    const hidden = document.createElement("div");
    hidden.style.cssText = `position:absolute;left:-10000px;top:0;width:${place.clientWidth}px;visibility:hidden`;
    place.parentElement.append(hidden);
    const finish = () => {
      discard(Plotly, hidden);
      hidden.remove();
      if (this.drawing === ticket) this.drawing = undefined;
    };
    const next = (idle) => {
      const wanted = this.around(this.centre).slice(0, 2 * REACH + 1);
      const value = wanted.find((stop) => this.scenes.has(stop) && !this.pages.has(stop));
      if (this.drawing !== ticket || !place.isConnected || value === undefined) return finish();
      if (idle.timeRemaining() < 8 && !idle.didTimeout) return later(next);
      draw(Plotly, hidden, this.scenes.get(value).figure, look);
      this.pages.set(value, copied(hidden, `${this.word}${value}`));
      if (this.pages.size > 4 * REACH) this.pages.delete(this.pages.keys().next().value);
      return later(next);
    };
    later(next);
  }
}

const later = (task) =>
  window.requestIdleCallback
    ? requestIdleCallback(task, { timeout: 2000 })
    : setTimeout(() => task({ timeRemaining: () => 50 }), 30);

// A drawing as plain SVG, with names of its own for its clipping paths and patterns.
function copied(place, name) {
  const page = document.createElement("div");
  page.className = "stage-page";
  const svgs = [...place.querySelectorAll(".main-svg")].map((svg) => svg.outerHTML);
  page.innerHTML = svgs.join("").replace(/id="([^"]+)"/g, `id="$1-${name}"`).replace(/url\((['"]|&quot;)?#([^'")&]+)/g, `url($1#$2-${name}`);
  return page;
}
