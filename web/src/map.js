// The map: MapLibre from the package, the mission's own ground, and marks that say their grade by their form.

import { Map as Plane, Popup, setWorkerUrl } from "maplibre-gl";
import { plane, ring } from "./earth.js";
import { arrangement, gather } from "./gather.js";
import { pictures, tokens } from "./ink.js";
import { Points } from "./points.js";
import * as state from "./state.js";
import { SWITCHES, style } from "./style.js";
import { say } from "./words.js";

const MOST_DISCS = 400;
const PATTERNS = ["hatch", "cloud"];
const EMPTY = { type: "FeatureCollection", features: [] };
const FAMILIES = ["Noto Sans", "Noto Sans Thai", "Noto Sans Khmer"];

setWorkerUrl(new URL("maplibre-gl-worker.mjs", import.meta.url).href);

/** Labels are drawn with the page's own fonts: they must be there before the first letter is. */
async function fonts() {
  const wanted = FAMILIES.flatMap((family) => ["400", "700"].map((weight) => `${weight} 16px "${family}"`));
  const samples = ["Aa", "กั", "ខ្ម"];
  await Promise.all(wanted.map((font, n) => document.fonts.load(font, samples[n >> 1]).catch(() => [])));
}

export class Ground {
  /** A map in a holder, over its ground (land, line, sectors, zones, places) and the incidents. */
  constructor(holder, desk) {
    Object.assign(this, { holder, desk, hidden: new Set(), listeners: [] });
    this.places = new Map(desk.ground.places.map((p) => [p.id, p]));
  }

  async open() {
    const lettered = fonts();
    const { ground } = this.desk;
    this.t = tokens();
    this.size = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    const view = (state.local("at").match(/^-?[\d.]+\/-?[\d.]+\/-?[\d.]+$/)?.[0] ?? "").split("/").map(Number);
    const first = ground.bounds.first ?? [-180, -60, 180, 75];
    this.map = new Plane({
      container: this.holder,
      style: style(this.t, ground, this.size),
      ...(view.length === 3 ? { zoom: view[0], center: [view[2], view[1]] } : { bounds: first, fitBoundsOptions: { padding: this.padding() } }),
      maxBounds: ground.bounds.whole ? widened(ground.bounds.whole) : undefined,
      maxZoom: 16,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      renderWorldCopies: false,
      fadeDuration: 0,
      refreshExpiredTiles: false,
      localIdeographFontFamily: FAMILIES.join(", "),
      canvasContextAttributes: { antialias: false },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.on("styleimagemissing", () => {});
    this.hold();
    this.ink();
    this.weave();
    await Promise.all([new Promise((done) => this.map.once("load", done)), lettered]);
    this.dots = new Points("dots", this.desk.spots, { shape: "dot", size: 4.5 * this.size });
    this.map.addLayer(this.dots, "sector-marks");
    this.dye();
    this.map.on("move", () => this.tell("move"));
    this.map.on("zoomend", () => this.weave());
    this.map.on("moveend", ({ unasked }) => {
      const c = this.map.getCenter();
      if (!unasked) state.setLocal({ at: `${this.map.getZoom().toFixed(2)}/${c.lat.toFixed(4)}/${c.lng.toFixed(4)}` }, "map");
      this.marks();
    });
    this.map.on("click", (event) => this.click(event));
    this.map.on("mousemove", (event) => {
      if (this.crosshair) return;
      this.map.getCanvas().style.cursor = this.under(event.point).length ? "pointer" : "";
    });
    return this;
  }

  /**
   * Paint nothing until all is there that the first picture needs. Without a graphics card each picture of a map that is
   * half there takes as long as the whole one, and a dozen of them would stand before it.
   */
  hold() {
    this.map.painter.render = () => {};
  }

  /** Resolves when everything that was given is there; `paint` then puts it on the screen. */
  async filled() {
    while (!this.map.loaded()) await new Promise((done) => this.map.once("render", done).triggerRepaint());
  }

  paint() {
    delete this.map.painter.render;
    return new Promise((done) => this.map.once("render", done).triggerRepaint());
  }

  listen(listener) {
    this.listeners.push(listener);
  }

  tell(what, detail) {
    for (const listener of this.listeners) listener(what, detail);
  }

  padding() {
    const { clientWidth: wide, clientHeight: high } = this.holder;
    if (wide <= 700) return { top: 60, bottom: 70, left: 16, right: 16 };
    const words = (name, least) => Math.max(this.holder.querySelector(name)?.offsetHeight ?? 0, least);
    const top = 34 + words(".map-head", 60), bottom = 44 + words(".map-foot", 84); // and room for the names of what lies outermost
    const share = Math.min(1, (high * 0.6) / (top + bottom));
    return { top: top * share, bottom: bottom * share, left: 60, right: 60 };
  }

  /** Put the pictures in, for light or dark. */
  ink() {
    for (const [name, { data, options }] of Object.entries(pictures(this.t))) {
      if (PATTERNS.includes(name) && !this.map.hasImage(name)) continue;
      if (this.map.hasImage(name)) this.map.updateImage(name, data);
      else this.map.addImage(name, data, options);
    }
  }

  /** Patterns grow with the map between whole steps of zoom: they are put in anew so that a hatch stays a hatch. */
  weave() {
    const grown = 2 ** (this.map.getZoom() - Math.floor(this.map.getZoom()));
    if (Math.abs(grown - this.grown) < 0.05) return;
    this.grown = grown;
    const found = pictures(this.t, PATTERNS);
    for (const name of PATTERNS) {
      if (this.map.hasImage(name)) this.map.removeImage(name);
      this.map.addImage(name, found[name].data, { pixelRatio: found[name].options.pixelRatio * grown });
    }
  }

  dye() {
    this.dots.dye(this.t.ink, 0.5);
    this.crosses?.dye(this.t.heat, 0.9);
  }

  /** Take the page's tokens again after a change of light and dark. */
  recolour() {
    this.t = tokens();
    const fresh = style(this.t, this.desk.ground, this.size);
    for (const layer of fresh.layers) {
      for (const [name, value] of Object.entries(layer.paint ?? {})) this.map.setPaintProperty(layer.id, name, value);
    }
    for (const id of ["places", "chosen-name"]) {
      this.map.setLayoutProperty(id, "text-field", fresh.layers.find((l) => l.id === id).layout["text-field"]);
    }
    this.ink();
    this.dye();
  }

  /** Heat detections as crosses; `on` is one byte a detection. */
  heat(spots, on) {
    if (!this.crosses) {
      this.crosses = new Points("crosses", spots, { shape: "cross", size: 7 * this.size });
      this.crosses.on = on;
      this.map.addLayer(this.crosses, "dots");
      this.dye();
      this.switched();
    } else this.crosses.show(on);
  }

  /** Show these incidents: one byte a row. */
  show(on) {
    this.on = on;
    this.dots.show(on);
    this.marks();
  }

  get frame() {
    const b = this.map.getBounds();
    const [west, north] = plane(b.getWest(), b.getNorth());
    const [east, south] = plane(b.getEast(), b.getSouth());
    return [west, north, east, south];
  }

  get pixels() {
    return 512 * 2 ** this.map.getZoom();
  }

  /** Gather what is on into marks, and draw their discs and the names of their places. */
  marks() {
    if (!this.on) return;
    const [west, north, east, south] = this.frame;
    const room = 60 / this.pixels;
    const rooms = [west - room, north - room, east + room, south + room];
    this.groups = gather(this.desk.spots, this.on, rooms, this.pixels / this.size);
    const features = [];
    for (const group of this.groups) this.draw(group, features);
    this.map.getSource("marks").setData({ type: "FeatureCollection", features });
    this.map.getSource("discs").setData(this.discs());
    this.map.getSource("places").setData(this.names());
    this.choose(this.chosen);
    this.tell("marks");
  }

  draw(group, features) {
    const { columns, grades } = this.desk.incidents;
    const spot = { type: "Point", coordinates: this.lonlat(group) };
    const places = arrangement(group.rows.length);
    if (!places.length) {
      const count = group.rows.length;
      const icon = count < 10 ? "group-few" : count < 1000 ? "group-many" : "group-crowd";
      const label = count < 10000 ? String(count) : say("thousands", { value: Math.round(count / 1000) });
      features.push({ type: "Feature", geometry: spot, properties: { count, icon, label, of: group.rows[0] } });
    }
    group.rows.slice(0, places.length).forEach((row, n) => {
      const icon = `grade-${grades[columns.grade[row]]}`;
      features.push({ type: "Feature", geometry: spot, properties: { row, icon, slot: `${places.length}-${n}` } });
    });
  }

  lonlat({ x, y }) {
    return [x * 360 - 180, (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI];
  }

  /** The places of what is shown, each size once, the largest first; none where there are too many to be told apart. */
  discs() {
    const { lon, lat, radius_m: radius, major_m: major, minor_m: minor, azimuth_deg: azimuth } = this.desk.incidents.columns;
    const known = new Map();
    for (const group of this.groups) {
      for (const row of group.rows) {
        if (!(radius[row] > 0)) continue;
        known.set(`${lon[row]} ${lat[row]} ${radius[row]}`, row);
        if (known.size > MOST_DISCS) {
          this.crowded = true;
          return EMPTY;
        }
      }
    }
    this.crowded = false;
    const rows = [...known.values()].sort((a, b) => radius[b] - radius[a]);
    return { type: "FeatureCollection", features: rows.map((row) => polygon(ring(
      lon[row], lat[row], major[row] > 0 ? major[row] : radius[row], minor[row] > 0 ? minor[row] : radius[row], azimuth[row] || 0,
    ))) };
  }

  /** Names of places: those with incidents on the map first, then the towns. */
  names() {
    const { columns, gazetteer } = this.desk.incidents;
    const count = new Map();
    for (const group of this.groups) {
      for (const row of group.rows) {
        const id = gazetteer[columns.place_id[row]];
        if (id) count.set(id, (count.get(id) ?? 0) + 1);
      }
    }
    const chosen = this.chosen === undefined ? "" : gazetteer[columns.place_id[this.chosen]];
    const features = [];
    for (const p of this.places.values()) {
      if (p.id === chosen) continue;
      const busy = count.has(p.id);
      const order = busy ? -count.get(p.id) : ["town", "city", "crossing"].includes(p.type) ? 1 : 2;
      features.push(point([p.lon, p.lat], { latin: p.latin, local: p.local, order, busy }));
    }
    return { type: "FeatureCollection", features };
  }

  /** Ring the chosen incident, in its group or alone; undefined rings none. */
  choose(row) {
    const before = this.chosen;
    this.chosen = row;
    const { columns, grades, gazetteer } = this.desk.incidents;
    if (row === undefined || !(columns.lon[row] >= -180) || !this.groups) {
      this.map.getSource("chosen").setData(EMPTY);
    } else {
      const group = this.groups.find((g) => g.rows.includes(row));
      const slot = group ? `${group.rows.length}-${group.rows.indexOf(row)}` : "";
      const place = this.places.get(gazetteer[columns.place_id[row]]);
      this.map.getSource("chosen").setData(point(group ? this.lonlat(group) : [columns.lon[row], columns.lat[row]], {
        icon: `chosen-${grades[columns.grade[row]]}`, slot, latin: place?.latin ?? "", local: place?.local ?? "",
      }));
    }
    if (before !== row && this.groups) this.map.getSource("places").setData(this.names());
  }

  /** Bring a row into view if it is not; never turn what the reader looks at without need. */
  bring(row) {
    const { lon, lat } = this.desk.incidents.columns;
    if (!(lon[row] >= -180)) return;
    const at = this.map.project([lon[row], lat[row]]);
    const { clientWidth: w, clientHeight: h } = this.holder;
    if (at.x > 40 && at.y > 60 && at.x < w - 40 && at.y < h - 40) return;
    this.map.easeTo({ center: [lon[row], lat[row]], duration: calm() ? 0 : 150 });
  }

  under(spot) {
    const near = [[spot.x - 6, spot.y - 6], [spot.x + 6, spot.y + 6]];
    return this.map.queryRenderedFeatures(near, { layers: ["groups", "marks"].filter((l) => !this.hidden.has("incidents") && l) });
  }

  click(event) {
    if (this.pressed || this.taken?.(event)) {
      this.pressed = false;
      return;
    }
    const [found] = this.under(event.point);
    if (!found) this.tell("ground", event.lngLat);
    else if (found.properties.row !== undefined) this.tell("row", { row: found.properties.row, at: found.geometry.coordinates });
    else this.openGroup(found.properties.of, found.geometry.coordinates);
  }

  /** Open a group: look closer where that tells its rows apart, else list them. */
  openGroup(first, at) {
    const group = this.groups.find((g) => g.rows[0] === first);
    if (!group) return;
    const { lon, lat } = this.desk.incidents.columns;
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const row of group.rows) {
      box[0] = Math.min(box[0], lon[row]);
      box[1] = Math.min(box[1], lat[row]);
      box[2] = Math.max(box[2], lon[row]);
      box[3] = Math.max(box[3], lat[row]);
    }
    const apart = Math.max(box[2] - box[0], box[3] - box[1]) > 0.0005;
    if (apart && this.map.getZoom() < 15) {
      this.map.fitBounds(box, { padding: 90, maxZoom: Math.min(this.map.getZoom() + 4, 15.5), duration: calm() ? 0 : 150 });
    } else this.tell("rows", { rows: group.rows, at });
  }

  /** How many of the rows that are on lie in the frame. */
  inView() {
    const { x, y } = this.desk.spots;
    const [west, north, east, south] = this.frame;
    let count = 0;
    for (let n = 0; n < x.length; n += 1) {
      if (this.on[n] && x[n] >= west && x[n] <= east && y[n] >= north && y[n] <= south) count += 1;
    }
    return count;
  }

  switched() {
    for (const [name, layers] of Object.entries(SWITCHES)) {
      for (const layer of layers) this.map.setLayoutProperty(layer, "visibility", this.hidden.has(name) ? "none" : "visible");
    }
    this.dots.shown = !this.hidden.has("incidents");
    if (this.crosses) this.crosses.shown = !this.hidden.has("heat");
    this.map.triggerRepaint();
  }

  put(source, data) {
    this.map.getSource(source).setData(data);
  }

  filter(layer, ids) {
    this.map.setFilter(layer, ["in", ["get", "id"], ["literal", ids]]);
  }
}

/** A box that floats at a place and follows it; closed by its button and by Escape. */
export function float(map, at, content, words) {
  const popup = new Popup({ maxWidth: "22rem", closeOnClick: false, focusAfterOpen: true, offset: 14, className: "map-card" })
    .setLngLat(at).setDOMContent(content).addTo(map);
  const button = popup.getElement().querySelector("button.maplibregl-popup-close-button");
  button?.setAttribute("aria-label", words);
  popup.getElement().addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    popup.remove();
    map.getCanvas().focus();
  });
  return popup;
}

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export function point(coordinates, properties = {}) {
  return { type: "Feature", geometry: { type: "Point", coordinates }, properties };
}

function polygon(corners) {
  return { type: "Feature", geometry: { type: "Polygon", coordinates: [corners] }, properties: {} };
}

/** More than the sheet, so that a wide or a high pane can show it whole between its heading and its foot. */
function widened([west, south, east, north]) {
  const [x, y] = [(east - west) * 0.9, (north - south) * 0.6];
  return [west - x, south - y, east + x, north + y];
}
