// Moving what Plotly has drawn, sixty times a second. A redraw takes Plotly some 20 ms; moving its marks takes one.

// The bars of a figure whose axes stand still. `columns` is (networks, rows, layers).
export class MovingBars {
  constructor(Plotly, place, columns, redraw) {
    Object.assign(this, { Plotly, place, columns, redraw, moving: false });
  }

  // Row `row`, or a moment between it and the next: heights move evenly on the axis that is drawn.
  move(row, part = 0) {
    if (!this.moving) this.begin();
    const [networks, rows, layers] = this.columns.shape;
    const y = this.place._fullLayout.yaxis;
    const bottom = y._length;
    const after = Math.min(row + 1, rows - 1);
    for (let network = 0; network < networks; network++) {
      for (let layer = 0; layer < layers; layer++) {
        const here = this.height(y, network, row, layer);
        const there = this.height(y, network, after, layer);
        const top = here === null ? bottom : there === null ? here : here + part * (there - here);
        const [left, right] = this.sides[network][layer];
        this.paths[network][layer]?.setAttribute("d", `M${left},${bottom}V${top}H${right}V${bottom}Z`);
      }
    }
  }

  height(y, network, row, layer) {
    const [, rows, layers] = this.columns.shape;
    const value = this.columns.values[(network * rows + row) * layers + layer];
    return value > 0 && value < Infinity ? y.l2p(y.type === "log" ? Math.log10(value) : value) : null;
  }

  // All bars are drawn once at full height, so that each has a mark to move; nobody sees that, or can hover over it.
  begin() {
    const [networks, , layers] = this.columns.shape;
    const range = this.place._fullLayout.yaxis.range;
    const top = this.place._fullLayout.yaxis.type === "log" ? 10 ** range[1] : range[1];
    this.redraw(Array.from({ length: networks }, () => Array(layers).fill(top)));
    const x = this.place._fullLayout.xaxis;
    const bars = this.place._fullData.filter((trace) => trace.type === "bar").slice(0, networks);
    this.sides = bars.map((trace) =>
      Array.from({ length: layers }, (_, layer) => {
        const left = layer + 1 + trace.offset;
        return [x.l2p(left), x.l2p(left + trace.width)];
      }),
    );
    this.paths = [...this.place.querySelectorAll(".barlayer .trace.bars")].map((trace) => [
      ...trace.querySelectorAll(".point > path"),
    ]);
    this.place.style.pointerEvents = "none";
    this.moving = true;
  }

  rest() {
    this.place.style.pointerEvents = "";
    this.moving = false;
  }
}

// The line that says which step is shown, over a chart of curves.
export class Cursor {
  constructor(place) {
    this.place = place;
    this.line = document.createElement("div");
    this.line.className = "stage-cursor";
    place.parentElement.append(this.line);
  }

  move(step) {
    const { xaxis, yaxis } = this.place._fullLayout ?? {};
    if (!xaxis) return;
    this.line.style.transform = `translateX(${xaxis._offset + xaxis.l2p(step)}px)`;
    this.line.style.top = `${yaxis._offset}px`;
    this.line.style.height = `${yaxis._length}px`;
  }
}
