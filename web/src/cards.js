// What opens over the map: the card of an incident, the list of a group, and the coordinates of a place to copy.

import { copy, local, make, announce } from "./dom.js";
import { mark } from "./ink.js";
import { float } from "./map.js";
import * as state from "./state.js";
import { askJson } from "./unpack.js";
import { kind, number, say, span } from "./words.js";

const MOST_LISTED = 30;

export class Cards {
  constructor(ground) {
    this.ground = ground;
    this.desk = ground.desk;
    ground.listen((what, detail) => {
      if (what === "row") this.incident(detail.row, detail.at);
      else if (what === "rows") this.group(detail.rows, detail.at);
      else if (what === "ground") this.close();
    });
  }

  close() {
    const open = this.popup?.isOpen();
    this.popup?.remove();
    this.popup = null;
    return Boolean(open);
  }

  open(at, content) {
    this.close();
    this.popup = float(this.ground.map, at, content, say("close"));
    return this.popup;
  }

  /** Select an incident and show its card; one without a place has none on the map. */
  incident(row, at) {
    state.set({ selected: this.desk.incidents.ids[row] }, "map");
    const { columns } = this.desk.incidents;
    if (!at && !(columns.lon[row] >= -180)) return;
    this.open(at ?? [columns.lon[row], columns.lat[row]], this.card(row));
  }

  card(row) {
    const { columns, ids, grades, kinds, places, gazetteer } = this.desk.incidents;
    const place = this.ground.places.get(gazetteer[columns.place_id[row]]);
    const grade = grades[columns.grade[row]];
    const radius = columns.radius_m[row];
    const known = radius > 0 ? say("place_known", { distance: distance(radius) }) : "";
    const href = `/incidents/${encodeURIComponent(ids[row])}${location.search}`;
    return make("div", { class: "card-body" },
      make("p", { class: "card-when" }, span(columns.start[row], columns.end[row])),
      make("h3", { class: "card-name" }, place?.latin || places[columns.place[row]] || say("no_place")),
      place?.local ? make("p", {}, local(place.local)) : "",
      make("p", { class: "card-what" }, kind(...kinds[columns.kind[row]])),
      make("p", { class: "card-grade" }, mark(`grade-${grade}`, this.ground.t), ` ${say(`grade_${grade}`)}`),
      make("p", { class: "card-note" }, [say("accounts", { n: columns.accounts[row] }), say("origins", { n: columns.origins[row] }), known]
        .filter(Boolean).join(" · ")),
      make("p", {}, make("a", { href, class: "card-link" }, say("open_incident"))));
  }

  group(rows, at) {
    const { columns, grades, kinds, gazetteer, places } = this.desk.incidents;
    const shown = [...rows].sort((a, b) => columns.start[a] - columns.start[b]).slice(0, MOST_LISTED);
    const first = this.ground.places.get(gazetteer[columns.place_id[rows[0]]]);
    const list = make("ul", { class: "card-list" }, ...shown.map((row) => make("li", {}, make("button", {
      type: "button", onclick: () => this.incident(row, at) }, mark(`grade-${grades[columns.grade[row]]}`, this.ground.t),
      make("span", {}, make("span", { class: "card-when" }, span(columns.start[row], columns.end[row])), make("br"),
        `${kind(...kinds[columns.kind[row]])}, ${say(`grade_${grades[columns.grade[row]]}`)}`)))));
    const rest = rows.length - shown.length;
    this.open(at, make("div", { class: "card-body" },
      make("h3", { class: "card-name" }, first?.latin || places[columns.place[rows[0]]] || say("no_place")),
      make("p", { class: "card-note" }, say("incidents_here", { n: rows.length })), list,
      rest ? make("p", { class: "card-note" }, say("more_here", { n: rest })) : ""));
  }

  /** The coordinates of a place in every form. */
  async place({ lng, lat }) {
    const forms = await askJson(`/map/coordinates.json?lon=${lng.toFixed(6)}&lat=${lat.toFixed(6)}`);
    const rows = Object.entries(forms).filter(([, text]) => text).map(([name, text]) => {
      const value = make("code", {}, text);
      const button = make("button", { type: "button", class: "map-copy", "aria-label": say("copy_what", { what: say(`form_${name}`) }),
        onclick: async () => {
          const done = await copy(text, value);
          button.textContent = done ? say("copied") : say("copy");
          announce(done ? say("copied_what", { what: text }) : say("not_copied"));
        } }, say("copy"));
      return make("tr", {}, make("th", { scope: "row" }, say(`form_${name}`)), make("td", {}, value), make("td", {}, button));
    });
    this.open([lng, lat], make("div", { class: "card-body" }, make("h3", { class: "card-name" }, say("this_place")),
      make("table", { class: "coordinates" }, make("tbody", {}, ...rows)), make("p", { class: "card-note" }, say("datum"))));
  }
}

/** A length in words: 300 m, 3 km, 1.2 km. */
export function distance(metres) {
  if (metres < 1000) return say("metres", { value: number(Math.round(metres)) });
  return say("kilometres", { value: number(metres / 1000, metres < 10000 && metres % 1000 ? 1 : 0) });
}

/** Held long on one spot, a press asks for its coordinates; so do the second button and the key for menus. */
export function presses(ground, ask) {
  const canvas = ground.map.getCanvasContainer();
  let wait = 0;
  let from = null;
  const stop = () => clearTimeout(wait);
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return stop();
    from = [event.clientX, event.clientY];
    ground.pressed = false;
    stop();
    wait = setTimeout(() => {
      ground.pressed = true;
      ask(at(ground, event));
    }, 600);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (from && Math.hypot(event.clientX - from[0], event.clientY - from[1]) > 6) stop();
  });
  for (const name of ["pointerup", "pointercancel", "wheel"]) canvas.addEventListener(name, stop, { passive: true });
  canvas.addEventListener("contextmenu", (event) => {
    event.preventDefault();
    stop();
    ask(event.pointerType || event.button === 2 ? at(ground, event) : ground.map.getCenter());
  });
}

function at(ground, event) {
  const box = ground.map.getCanvas().getBoundingClientRect();
  return ground.map.unproject([event.clientX - box.left, event.clientY - box.top]);
}
