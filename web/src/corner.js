// The whole area in a corner, with the part of it that the map shows: drawn where the map shows less than all.

import { make } from "./dom.js";
import { say } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const SIDE = 96;
const MOST = 0.5; // with more than this in view the corner would say nothing

export class Corner {
  constructor(ground, holder) {
    const { sectors, lines, bounds } = ground.desk.ground;
    this.ground = ground;
    this.whole = bounds.whole ?? bounds.first;
    if (!this.whole) return;
    const [west, south, east, north] = this.whole;
    this.flat = Math.cos(((south + north) * Math.PI) / 360);
    this.unit = SIDE / Math.max((east - west) * this.flat, north - south);
    const wide = (east - west) * this.flat * this.unit, high = (north - south) * this.unit;
    const drawing = shape("svg", { viewBox: `0 0 ${wide} ${high}`, width: wide, height: high, role: "img", "aria-label": say("corner") });
    for (const [name, { features }] of [["sector", sectors], ["line", lines]]) {
      for (const { geometry } of features) drawing.append(shape("path", { class: `corner-${name}`, d: this.path(geometry.coordinates) }));
    }
    this.view = shape("rect", { class: "corner-view" });
    drawing.append(this.view);
    this.box = make("div", { class: "map-corner" });
    this.box.append(drawing);
    holder.append(this.box);
  }

  at([lon, lat]) {
    return [(lon - this.whole[0]) * this.flat * this.unit, (this.whole[3] - lat) * this.unit];
  }

  path(parts) {
    if (typeof parts[0][0] !== "number") return parts.map((part) => this.path(part)).join("");
    return `M${parts.map((spot) => this.at(spot).map((v) => v.toFixed(1)).join(" ")).join("L")}`;
  }

  draw() {
    if (!this.box) return;
    const b = this.ground.map.getBounds();
    const [x, y] = this.at([b.getWest(), b.getNorth()]), [right, low] = this.at([b.getEast(), b.getSouth()]);
    const [east, south] = this.at([this.whole[2], this.whole[1]]);
    const inside = (Math.min(right, east) - Math.max(x, 0)) * (Math.min(low, south) - Math.max(y, 0));
    this.box.hidden = inside > MOST * east * south;
    for (const [name, value] of Object.entries({ x, y, width: Math.max(right - x, 3), height: Math.max(low - y, 3) })) {
      this.view.setAttribute(name, value.toFixed(1));
    }
  }
}

function shape(name, attributes) {
  const found = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) found.setAttribute(key, value);
  return found;
}
