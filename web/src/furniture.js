// Around the map: what it shows in one sentence, ticks of the graticule, scale, north, warning and to whom it is owed.

import { Corner } from "./corner.js";
import { degrees, planeWidth, round125 } from "./earth.js";
import { make, oncePerFrame } from "./dom.js";
import { number, say } from "./words.js";

const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30];

export class Furniture {
  constructor(ground, holder) {
    const { warnings, attribution, lines } = ground.desk.ground;
    this.ground = ground;
    this.title = make("h2", { class: "map-title" });
    this.subtitle = make("p", { class: "map-subtitle" });
    this.ticks = make("div", { class: "map-ticks", "aria-hidden": "true" });
    this.bar = make("span", { class: "map-bar" });
    this.middle = make("span", {});
    this.end = make("span", {});
    const scale = make("div", { class: "map-scale" }, make("span", { class: "map-scale-words" }, "0"), this.middle, this.end, this.bar);
    const north = make("div", { class: "map-north", role: "img", "aria-label": say("north_up") });
    this.warning = make("p", { class: "map-warning" }, lines.features.length ? say("line_warning", { warnings: warnings.join(" ") }) : "");
    const owed = make("p", { class: "map-owed" }, attribution.join(". "), make("span", { class: "map-projection" }, `. ${say("projection")}`));
    holder.append(this.ticks, make("div", { class: "map-head" }, this.title, this.subtitle),
      make("div", { class: "map-foot" }, make("div", { class: "map-measures" }, north, scale), this.warning, owed));
    this.corner = new Corner(ground, holder);
    const draw = oncePerFrame(() => this.draw());
    ground.listen((what) => what === "move" && draw());
    addEventListener("resize", draw);
    this.draw();
  }

  say(title, subtitle) {
    this.title.textContent = title;
    this.subtitle.textContent = subtitle;
  }

  draw() {
    this.scale();
    this.graticule();
    this.corner.draw();
  }

  scale() {
    const { map } = this.ground;
    const perPixel = planeWidth(map.getCenter().lat) / this.ground.pixels;
    const half = round125((perPixel * Math.min(160, this.ground.holder.clientWidth * 0.3)) / 2);
    const [value, unit] = half * 2 >= 2000 ? [half / 1000, "kilometres"] : [half, "metres"];
    const width = (2 * half) / perPixel;
    this.bar.style.width = `${width}px`;
    this.middle.textContent = number(value, value < 1 ? 1 : 0);
    this.middle.style.left = `${width / 2}px`;
    this.end.textContent = say(unit, { value: number(2 * value) });
    this.end.style.left = `${width}px`;
    this.metres = 2 * half;
  }

  graticule() {
    const { map, holder } = this.ground;
    const b = map.getBounds();
    const { clientWidth: w, clientHeight: h } = holder;
    const panel = holder.querySelector(".map-layers");
    const low = panel && panel.offsetLeft + panel.offsetWidth > w - 80 ? panel.offsetTop - 8 : h;
    const found = [];
    const every = (span, room, count) => STEPS.find((s) => span / s <= Math.max(room / count, 2)) ?? 30;
    const lonStep = every(b.getEast() - b.getWest(), w, 150);
    for (let n = Math.ceil(b.getWest() / lonStep); n * lonStep < b.getEast(); n += 1) {
      const { x } = map.project([n * lonStep, b.getNorth()]);
      if (x > 90 && x < w - 60) found.push(tick("top", x, degrees(n * lonStep, [say("east"), say("west")], places(lonStep))));
    }
    const latStep = every(b.getNorth() - b.getSouth(), h, 130);
    for (let n = Math.ceil(b.getSouth() / latStep); n * latStep < b.getNorth(); n += 1) {
      const { y } = map.project([b.getEast(), n * latStep]);
      if (y > 30 && y < Math.min(h - 20, low)) found.push(tick("right", y, degrees(n * latStep, [say("north"), say("south")], places(latStep))));
    }
    this.ticks.replaceChildren(...found);
  }
}

const places = (step) => (step >= 1 ? 0 : step >= 0.1 ? 1 : 2);

function tick(side, at, text) {
  const found = make("span", { class: `map-tick map-tick-${side}` }, text);
  found.style.setProperty(side === "top" ? "left" : "top", `${at}px`);
  return found;
}
