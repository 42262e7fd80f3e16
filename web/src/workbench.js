// The situation page as one: map, timeline and list hold the same window and the same selection, and the address holds both.

import { announce, make, oncePerFrame } from "./dom.js";
import { placed } from "./gather.js";
import { Keys } from "./keys.js";
import { List } from "./list.js";
import * as state from "./state.js";
import { moment, Timeline } from "./timeline.js";
import { ask, askJson, askPacked } from "./unpack.js";
import { date, day, days, kind, learn, say } from "./words.js";

const holder = document.getElementById("map");
const FRESH = 20_000;
/** Milliseconds between two questions whether the edition is still the newest. */
const LOCAL = new Set(["from", "to", "selected", "sort", "page"]);
/** What of the query the browser decides itself; whether a row fits the rest, the server says. */

const windowed = () => [...state.query()].filter(([name]) => name !== "selected" && name !== "sort" && name !== "page").sort().join("&");

class Situation {
  /** The window of which the server drew its map. */
  drawn = windowed();

  async open() {
    // Everything is asked for at once: what is not needed yet comes while the rest is made ready.
    const words = askJson(`/map/words.json?language=${document.documentElement.lang || "en"}`);
    const needed = holder ? this.fetchAll() : null;
    needed?.catch(() => {});
    learn(await words);
    if (!holder && !document.querySelector("[data-part]")) {
      this.keys = new Keys({});
      return;
    }
    const part = document.querySelector("[data-part='timeline']");
    this.timeline = part ? new Timeline(part) : null;
    this.list = new List({ onparts: (name) => name === "timeline" && this.timeline?.place() });
    this.keys = new Keys({
      j: () => this.list.next(1), k: () => this.list.next(-1), ".": () => this.timeline?.step(1), ",": () => this.timeline?.step(-1),
      p: () => this.timeline?.play(), Enter: () => this.list.open(), Escape: () => this.escape(),
      "/": () => document.querySelector("input[name='q']")?.focus(),
      l: () => this.layers && (this.layers.panel.open = !this.layers.panel.open),
      m: () => this.measure?.turn(!this.measure.on), w: () => this.whole(),
      c: () => this.ground && this.cards.place(this.ground.map.getCenter()),
    });
    if (holder) await this.openMap(needed);
  }

  fetchAll() {
    return Promise.all([import("./screen.js"), askJson("/map/ground.json"), askPacked("/map/incidents.bin"), askJson("/map/coverage.json"),
      askJson("/map/plates.json")]);
  }

  async openMap(needed) {
    const note = make("p", { class: "map-note", role: "status" }, say("loading"));
    holder.append(note);
    try {
      const [over, ground, incidents, coverage, plates] = await needed;
      const view = make("div", { class: "map-live", role: "region", "aria-label": say("map") });
      holder.append(view);
      this.desk = { ground, incidents, coverage, plates, spots: placed(incidents.columns) };
      this.rows = new Map(incidents.ids.map((id, n) => [id, n]));
      this.fits = new Uint8Array(incidents.rows).fill(1);
      this.ground = await new over.Ground(view, this.desk).open();
      await this.furnish(view, over);
      await this.ground.filled();
      holder.classList.add("moving");
      note.remove();
      await this.ground.paint();
      this.warm();
    } catch (error) {
      holder.querySelector(".map-live")?.remove();
      this.ground = null;
      note.textContent = /webgl/i.test(error.message) ? say("no_webgl") : say("map_failed", { why: error.message });
    }
  }

  async furnish(view, { Furniture, Layers, Cards, presses, Measure, openSwipe }) {
    this.furniture = new Furniture(this.ground, view);
    this.controls(view);
    this.cards = new Cards(this.ground);
    presses(this.ground, (at) => this.cards.place(at));
    this.measure = new Measure(this.ground, view, this.measuring);
    const { lines, sectors, zones } = this.desk.ground;
    const available = ["incidents", "discs", "accounts", "heat", ...(sectors.features.length ? ["looks", "passes"] : []),
      ...(zones.features.length ? ["zones"] : []), ...(lines.features.length ? ["line"] : []), "names"];
    this.layers = new Layers(this.ground, view, available);
    this.ground.listen((what) => what === "marks" && this.counted());
    this.counted = oncePerFrame(() => this.count());
    state.listen((names, by) => this.changed(names, by));
    this.swipe = openSwipe(this.ground, view, this.desk.plates);
    for (const query of ["(prefers-color-scheme: dark)"]) matchMedia(query).addEventListener("change", () => this.recolour());
    new MutationObserver(() => this.recolour()).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme", "class"] });
    this.watch(view);
    await this.sift();
    if (!state.local("at")) this.whole({ unasked: true }); // its words stand now, and leave room for all that is drawn
    this.select();
  }

  /** Heat detections come after the incidents: there may be many of them. */
  async warm() {
    const heat = await askPacked("/map/heat.bin");
    this.heat = { ...heat, spots: placed(heat.columns), on: new Uint8Array(heat.rows) };
    this.heatShown();
    this.count();
  }

  /** Say so where a judgement has made a newer edition than the one that is drawn. */
  watch(view) {
    const note = make("p", { class: "map-note map-stale", role: "status", hidden: true });
    view.append(note);
    const look = async () => {
      if (document.hidden) return;
      const found = await askJson("/map/generation.json").catch(() => null);
      if (!found || found.generation === this.desk.ground.generation || !note.hidden) return;
      note.append(say("stale"), " ", make("button", { type: "button", class: "map-copy", onclick: () => location.reload() }, say("reload")));
      note.hidden = false;
    };
    setInterval(look, FRESH);
    document.addEventListener("visibilitychange", look);
    this.look = look;
  }

  heatShown() {
    if (!this.heat) return;
    const [from, to] = this.window;
    const { time, day_only: whole } = this.heat.columns;
    this.seen = 0;
    for (let n = 0; n < time.length; n += 1) {
      const on = time[n] < to && time[n] + (whole[n] ? 86400 : 1) > from;
      this.heat.on[n] = on ? 1 : 0;
      if (on) this.seen += 1;
    }
    if (this.heat.rows) this.ground.heat(this.heat.spots, this.heat.on);
    this.layers.count("heat", this.seen);
  }

  controls(view) {
    const button = (text, label, work) => make("button", { type: "button", "aria-label": label, title: label, onclick: work },
      make("span", { "aria-hidden": "true" }, text));
    const { map } = this.ground;
    this.measuring = make("button", { type: "button", class: "map-measure", "aria-pressed": "false", title: say("measure") }, say("measure"));
    view.append(make("div", { class: "map-buttons" },
      make("div", { class: "map-zoom" }, button("+", say("zoom_in"), () => map.zoomIn()), button("−", say("zoom_out"), () => map.zoomOut()),
        button("⤢", say("key_whole"), () => this.whole())), this.measuring));
    map.getCanvas().setAttribute("aria-label", say("map_canvas"));
  }

  whole(about = {}) {
    const { first } = this.desk?.ground.bounds ?? {};
    if (first) this.ground.map.fitBounds(first, { padding: this.ground.padding(), duration: 0 }, about);
  }

  escape() {
    if (this.measure?.on) this.measure.turn(false);
    else if (this.cards?.close()) this.ground.map.getCanvas().focus();
    else if (state.get("selected")) {
      state.set({ selected: "" }, "keys");
      announce(say("nothing_selected"));
    }
  }

  async changed(names, by) {
    const filtered = [...names].some((n) => !n.startsWith("#") && !LOCAL.has(n));
    holder?.classList.toggle("other-window", windowed() !== this.drawn);
    if (filtered || names.has("*")) await this.sift();
    else if (names.has("from") || names.has("to")) this.show();
    if (names.has("selected") || names.has("*")) this.select(by);
    if (names.has("#day")) this.looks();
  }

  /** Which rows fit everything but the time, by the server's word. */
  async sift() {
    const asked = new URLSearchParams([...state.query()].filter(([name]) => !LOCAL.has(name)));
    if ([...asked].length) {
      const bytes = new Uint8Array(await (await ask(`/map/shown.bin?${asked}`)).arrayBuffer());
      for (let n = 0; n < this.fits.length; n += 1) this.fits[n] = (bytes[n >> 3] >> (n & 7)) & 1;
    } else this.fits.fill(1);
    this.show();
  }

  get window() {
    const [from, to] = [state.get("from"), state.get("to")];
    return [from ? moment(from) : -Infinity, to ? moment(to, true) : Infinity];
  }

  /** Show what fits and meets the window of time; the server's rule: begun before its end, ended after its beginning. */
  show() {
    const { start, end } = this.desk.incidents.columns;
    const [from, to] = this.window;
    const on = new Uint8Array(start.length);
    for (let n = 0; n < on.length; n += 1) on[n] = this.fits[n] & (start[n] < to) & (end[n] > from);
    this.ground.show(on);
    this.heatShown();
    this.looks();
    this.count();
  }

  count() {
    const { columns } = this.desk.incidents;
    const { on } = this.ground;
    let [all, lost] = [0, 0];
    for (let n = 0; n < on.length; n += 1) {
      all += on[n];
      lost += on[n] && !(columns.lon[n] >= -180) ? 1 : 0;
    }
    this.layers.count("incidents", all - lost);
    const text = say("in_view", { shown: this.ground.inView(), all });
    for (const place of document.querySelectorAll("[data-part='in-view']")) place.textContent = text;
    this.layers.note(text, lost ? say("unplaced", { n: lost }) : "", this.ground.crowded ? say("discs_crowded") : "",
      this.heat && !this.seen ? say("no_heat") : "", this.flown ? say("passes_day", { n: this.flown }) : "");
  }

  /** The day whose looks are drawn: the one that was asked for, of the selected incident, or the window's first. */
  get day() {
    const asked = state.local("day");
    if (asked) return moment(asked);
    const row = this.rows.get(state.get("selected"));
    if (row !== undefined && this.ground.on?.[row]) return this.desk.incidents.columns.start[row];
    const [from, to] = this.window;
    if (Number.isFinite(from)) return from;
    return (Number.isFinite(to) ? Math.min(to, this.desk.ground.as_of) : this.desk.ground.as_of) - 1;
  }

  /** Sectors by who looked that day, zones and instruments in force, and the heading that says it. */
  looks() {
    const { first, sectors } = this.desk.coverage;
    const at = this.day;
    let n = -1;
    while (n + 1 < first.length && first[n + 1] <= at) n += 1;
    const known = n >= 0 && at < first[n] + 2 * 86400;
    const letters = Object.entries(sectors).map(([id, s]) => [id, known ? s.people[n] : ".", known ? s.sensors[n] : ".", known ? s.passes[n] : 0]);
    const of = (test) => letters.filter(([, people, sensors]) => test(people) || test(sensors)).map(([id]) => id);
    const seen = of((l) => "lhe".includes(l));
    const cloud = of((l) => "cu".includes(l)).filter((id) => !seen.includes(id));
    const none = letters.map(([id]) => id).filter((id) => !seen.includes(id) && !cloud.includes(id));
    this.ground.filter("sector-looked", seen);
    this.ground.filter("sector-cloud", cloud);
    this.ground.filter("sector-hatch", known ? none : letters.map(([id]) => id));
    this.ground.put("sectorMarks", this.sectorMarks(letters));
    this.flown = letters.reduce((sum, l) => sum + l[3], 0);
    this.agreements(at);
    this.layers.hatched(none.length ? say("hatched_day", { day: day(at, false) }) : "");
    this.furniture.say(this.heading(at, known, none.length, letters.length), this.subheading(at, letters.length));
  }

  sectorMarks(letters) {
    const at = new Map(this.desk.ground.sectors.features.map((f) => [f.properties.id, [f.properties.lon, f.properties.lat]]));
    const features = [];
    for (const [id, people, , passes] of letters) {
      const icon = { h: "host_led", r: "refused" }[people] ?? (passes || people === "o" ? "pass" : "");
      if (icon && at.has(id)) features.push({ type: "Feature", properties: { icon }, geometry: { type: "Point", coordinates: at.get(id) } });
    }
    return { type: "FeatureCollection", features };
  }

  heading(at, known, none, all) {
    if (!all) return say("no_sectors");
    if (!known) return say("not_covered", { day: day(at) });
    return none ? say("nobody_looked", { day: day(at), n: none, all }) : say("all_looked", { day: day(at), all });
  }

  subheading(at, all) {
    const [from, to] = this.window;
    const period = Number.isFinite(from) || Number.isFinite(to)
      ? days(Number.isFinite(from) ? from : this.desk.coverage.first[0] ?? from, Number.isFinite(to) ? to : this.desk.ground.as_of)
      : say("whole_period");
    return all ? say("map_shows", { period, day: day(at) }) : say("map_shows_plain", { period });
  }

  agreements(at) {
    const found = this.desk.ground.instruments.map((a) => [a, a.pieces.find(([from, to]) => from <= at && at < to)]).filter(([, piece]) => piece);
    const zones = new Set(found.filter(([, piece]) => piece[2] !== "call").flatMap(([a]) => a.zones));
    this.ground.filter("zones", [...zones]);
    this.ground.filter("zone-names", [...zones]);
    this.layers.count("zones", this.desk.ground.zones.features.filter((f) => zones.has(f.properties.id)).length);
    this.layers.instruments(found.length ? say("instruments_in_force", { n: found.length, day: day(at) }) : say("none_in_force", { day: day(at) }), found);
  }

  /** What is selected is ringed and its accounts drawn; the map moves only where it cannot be seen. */
  async select(by) {
    const id = state.get("selected");
    const row = this.rows.get(id);
    this.ground.choose(row);
    if (by !== "map") {
      this.cards.close();
      if (row !== undefined) this.ground.bring(row);
    }
    this.looks();
    this.count();
    this.ground.put("accounts", { type: "FeatureCollection", features: [] });
    if (row === undefined) return;
    const { columns, kinds, places } = this.desk.incidents;
    announce(say("selected", { what: `${places[columns.place[row]] || say("no_place")}, ${kind(...kinds[columns.kind[row]])}, ${date(columns.start[row])}` }));
    const found = await askJson(`/map/accounts/${encodeURIComponent(id)}.json`);
    if (state.get("selected") === id) {
      this.ground.put("accounts", found);
      this.layers.count("accounts", found.features.filter((f) => f.properties.form !== "incident").length);
    }
  }

  recolour() {
    this.ground.recolour();
    this.layers.recolour();
  }
}

const situation = new Situation();
/** For the console of whoever looks into it, and for the tests. */
globalThis.truceline = situation;
await situation.open();
document.documentElement.toggleAttribute("data-ready", true);
