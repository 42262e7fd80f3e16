// The map's own style: a few quiet layers from the mission's files. No glyphs address, so that labels are drawn from the
// page's own fonts (Latin, Thai, Khmer); no sprite, no tiles, nothing from elsewhere.

import { faint } from "./ink.js";

const NOTHING = { type: "FeatureCollection", features: [] };
const FONT = ["Noto Sans", "Noto Sans Thai", "Noto Sans Khmer"];
const BOLD = ["Bold", ...FONT];
/** The first name of a stack gives its weight; no font is called so, and the page's own follow. */

const geojson = (data) => ({ type: "geojson", data: data ?? NOTHING, tolerance: 0.2 });

/** What stands at each place: its names, and below them the same in the local scripts. */
const names = (t, bold) => ["format", ["get", "latin"], { "text-color": bold ? t.accent : t.ink },
  ["case", ["==", ["get", "local"], ""], "", ["concat", "\n", ["get", "local"]]], { "font-scale": 0.88, "text-color": t["ink-2"] }];

/** The style for these tokens and this ground. */
export function style(t, ground) {
  const none = ["in", ["get", "id"], ["literal", []]];
  return {
    version: 8,
    sources: {
      land: geojson(ground.land), water: geojson(ground.water), lines: geojson(ground.lines), sectors: geojson(ground.sectors),
      zones: geojson(ground.zones), sectorMarks: geojson(), places: geojson(), discs: geojson(), accounts: geojson(),
      marks: geojson(), chosen: geojson(), measure: geojson(),
      zonePoints: geojson({ type: "FeatureCollection", features: ground.zones.features.map((f) => ({ type: "Feature",
        properties: f.properties, geometry: { type: "Point", coordinates: [f.properties.lon, f.properties.lat] } })) }),
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": t.land } },
      { id: "water", type: "fill", source: "water", paint: { "fill-color": t.water } },
      { id: "sector-looked", type: "fill", source: "sectors", filter: none, paint: { "fill-color": t.panel, "fill-opacity": 0.75 } },
      { id: "sector-cloud", type: "fill", source: "sectors", filter: none, paint: { "fill-pattern": "cloud" } },
      { id: "sector-hatch", type: "fill", source: "sectors", filter: none, paint: { "fill-pattern": "hatch", "fill-opacity": 0.8 } },
      { id: "sector-edge", type: "line", source: "sectors", paint: { "line-color": t.rule, "line-width": 0.8 } },
      { id: "zones", type: "line", source: "zones", filter: none,
        paint: { "line-color": t["ink-3"], "line-width": 1, "line-dasharray": [4, 3] } },
      { id: "zone-names", type: "symbol", source: "zonePoints", filter: none, minzoom: 8.5,
        layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 10.5, "text-max-width": 14 },
        paint: halo(t, t["ink-3"]) },
      { id: "line", type: "line", source: "lines", layout: { "line-cap": "round", "line-join": "round" },
        paint: { "line-color": t.line, "line-width": 2.1, "line-dasharray": [0, 2.3] } },
      { id: "discs-fill", type: "fill", source: "discs", paint: { "fill-color": t.ink, "fill-opacity": 0.055 } },
      { id: "discs", type: "line", source: "discs", paint: { "line-color": faint(t.ink, 0.62), "line-width": 0.9 } },
      { id: "accounts-fill", type: "fill", source: "accounts", paint: { "fill-color": tone(t), "fill-opacity": 0.05 } },
      { id: "accounts", type: "line", source: "accounts",
        paint: { "line-color": tone(t), "line-width": ["case", ["==", ["get", "form"], "incident"], 1.4, 1.8] } },
      { id: "sector-marks", type: "symbol", source: "sectorMarks",
        layout: { "icon-image": ["get", "icon"], "icon-allow-overlap": true, "icon-ignore-placement": true } },
      { id: "towns", type: "symbol", source: "places", layout: { "icon-image": "town", "icon-allow-overlap": true,
        "icon-ignore-placement": true, visibility: "visible" }, filter: ["!", ["get", "busy"]], minzoom: 8 },
      { id: "places", type: "symbol", source: "places", layout: { "text-field": names(t), "text-font": FONT, "text-size": 12.5,
        "text-max-width": 16, "text-line-height": 1.25, "text-variable-anchor": ["bottom", "top", "left", "right", "bottom-left",
          "bottom-right", "top-left", "top-right"], "text-radial-offset": 1.15, "text-justify": "auto", "text-padding": 4,
        "symbol-sort-key": ["get", "order"] }, paint: halo(t, t.ink) },
      { id: "marks", type: "symbol", source: "marks", filter: ["has", "row"], layout: { "icon-image": ["get", "icon"],
        "icon-offset": ["get", "offset"], "icon-allow-overlap": true, "icon-padding": 0, "symbol-sort-key": ["get", "row"] } },
      { id: "groups", type: "symbol", source: "marks", filter: ["has", "count"], layout: { "icon-image": ["get", "icon"],
        "icon-allow-overlap": true, "text-field": ["get", "label"], "text-font": BOLD, "text-size": 12, "text-allow-overlap": true },
        paint: { "text-color": t.ink } },
      { id: "chosen", type: "symbol", source: "chosen", layout: { "icon-image": ["get", "icon"], "icon-offset": ["get", "offset"],
        "icon-allow-overlap": true } },
      { id: "chosen-name", type: "symbol", source: "chosen", filter: ["!=", ["get", "latin"], ""], layout: { "text-field": names(t, true),
        "text-font": BOLD, "text-size": 12.5, "text-max-width": 16, "text-line-height": 1.25, "text-anchor": "bottom",
        "text-offset": [0, -1.35], "text-allow-overlap": true }, paint: halo(t, t.accent) },
      { id: "measure", type: "line", source: "measure", filter: ["==", ["geometry-type"], "LineString"],
        paint: { "line-color": t.accent, "line-width": 2 } },
      { id: "measure-points", type: "circle", source: "measure", filter: ["==", ["geometry-type"], "Point"],
        paint: { "circle-radius": 4, "circle-color": t.panel, "circle-stroke-color": t.accent, "circle-stroke-width": 2 } },
    ],
  };
}

function halo(t, ink) {
  return { "text-color": ink, "text-halo-color": t.land, "text-halo-width": 1.7 };
}

/** The ink of an account: of the party that speaks, or of none; of an incident, the page's. */
function tone(t) {
  return ["match", ["get", "tone"], "party-1", t["party-1"], "party-2", t["party-2"], "party-none", t["party-none"], t.ink];
}

/** Which layers of the style each switch of the panel turns off and on. */
export const SWITCHES = {
  incidents: ["marks", "groups"],
  discs: ["discs", "discs-fill"],
  accounts: ["accounts", "accounts-fill"],
  heat: [],
  looks: ["sector-looked", "sector-cloud", "sector-hatch", "sector-edge"],
  passes: ["sector-marks"],
  zones: ["zones", "zone-names"],
  line: ["line"],
  names: ["places", "towns"],
};
