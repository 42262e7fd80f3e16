// The key of the map and the switches of its layers are one thing: each row shows the mark, its words and its number.

import { make } from "./dom.js";
import { mark } from "./ink.js";
import * as state from "./state.js";
import { SWITCHES } from "./style.js";
import { number, say, stretch } from "./words.js";

const DRAWN = { incidents: "grade-reported", heat: "", passes: "pass", looks: "", discs: "", accounts: "", zones: "", line: "", names: "town" };

export class Layers {
  constructor(ground, holder, available) {
    this.ground = ground;
    this.rows = new Map();
    this.words = make("span", {}, say("layers"));
    this.key = make("span", { class: "layer-hatched" });
    this.summary = make("summary", {}, this.words, this.key);
    const list = make("ul", { class: "layer-list" });
    for (const name of Object.keys(SWITCHES)) if (available.includes(name)) list.append(this.row(name));
    this.notes = make("p", { class: "layer-notes" });
    this.forceWords = make("summary", {});
    this.forceList = make("ul", {});
    this.force = make("details", { class: "layer-force" }, this.forceWords, this.forceList);
    const keys = make("ul", { class: "layer-key" }, ...["hatch", "cloud", "looked"].map((name) =>
      make("li", {}, make("span", { class: `map-swatch map-swatch-${name}`, "aria-hidden": "true" }), say(`key_${name}`))));
    this.panel = make("details", { class: "map-layers", ...(holder.clientWidth > 1300 && holder.clientHeight > 700 ? { open: true } : {}) }, this.summary,
      make("div", { class: "layer-body" }, list, make("div", {}, keys, this.notes, this.force)));
    holder.append(this.panel);
    this.take();
    state.listen((names) => (names.has("#hide") || names.has("*")) && this.take());
  }

  row(name) {
    const box = make("input", { type: "checkbox", checked: true, onchange: () => this.toggle(name, box.checked) });
    const count = make("span", { class: "layer-count" });
    const drawn = DRAWN[name] ? mark(DRAWN[name], this.ground.t) : make("span", { class: `map-swatch map-swatch-${name}`, "aria-hidden": "true" });
    this.rows.set(name, { box, count, drawn });
    return make("li", {}, make("label", {}, box, make("span", { class: "layer-mark" }, drawn), make("span", {}, say(`layer_${name}`)), count));
  }

  toggle(name, on) {
    const hidden = new Set(this.ground.hidden);
    if (on) hidden.delete(name);
    else hidden.add(name);
    state.setLocal({ hide: [...hidden].join(",") }, "layers");
    this.take();
  }

  /** What the address hides is hidden. */
  take() {
    const { hidden } = this.ground;
    hidden.clear();
    for (const name of state.local("hide").split(",")) if (this.rows.has(name)) hidden.add(name);
    for (const [name, { box }] of this.rows) box.checked = !hidden.has(name);
    this.ground.switched();
    this.words.textContent = say("layers_shown", { shown: number(this.rows.size - hidden.size), all: number(this.rows.size) });
    this.onchange?.(hidden);
  }

  count(name, value) {
    const row = this.rows.get(name);
    if (row) row.count.textContent = value === null ? "" : number(value);
  }

  note(...lines) {
    this.notes.replaceChildren(...lines.filter(Boolean).flatMap((line, n) => (n ? [make("br"), line] : [line])));
  }

  /** What the hatch means, where the panel is closed too; empty where nothing is hatched. */
  hatched(words) {
    this.key.replaceChildren(...(words ? [make("span", { class: "map-swatch map-swatch-hatch", "aria-hidden": "true" }), words] : []));
  }

  /** The instruments of a day, each with what became of it by then. */
  instruments(words, found) {
    this.forceWords.textContent = words;
    this.forceList.replaceChildren(...found.map(([a, piece]) => make("li", {}, make("b", {}, a.title), `: ${stretch(a.id, a.pieces.indexOf(piece), piece[3])}`)));
  }

  recolour() {
    for (const [name, row] of this.rows) {
      if (!DRAWN[name]) continue;
      const fresh = mark(DRAWN[name], this.ground.t);
      row.drawn.replaceWith(fresh);
      row.drawn = fresh;
    }
  }
}
