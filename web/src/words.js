// Every word that this code shows comes from the server's catalogues; times are those of the mission's zone.

let known = {};
let zone = "UTC";
let language = "en";

/** From when to when the edition goes, seconds. */
export const extent = { start: 0, end: 0 };

let kinds = {};
let pieces = {};

export function learn(found) {
  ({ words: known, kinds = {}, pieces = {} } = found);
  zone = found.time_zone;
  [extent.start, extent.end] = found.extent;
  language = document.documentElement.lang || found.language || "en";
}

/** The words of a key with its values; with `n`, the form for one or for many. */
export function say(key, values = {}) {
  const forms = known[key];
  if (forms === undefined) return key;
  const text = Array.isArray(forms) ? forms[values.n === 1 ? 0 : 1] : forms;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? format(values[name]) : whole));
}

/** The name of a kind of incident; `label` where the catalogues have none. */
export const kind = (id, label) => kinds[id] ?? label;

/** What became of an instrument in its `n`th stretch of time; `text` where the catalogues have none. */
export const stretch = (id, n, text) => pieces[id]?.[n] ?? text;

function format(value) {
  return typeof value === "number" ? number(value) : value;
}

export const number = (value, places = 0) =>
  new Intl.NumberFormat(language, { maximumFractionDigits: places, minimumFractionDigits: places }).format(value);

const shown = (seconds, options) =>
  new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { timeZone: zone, calendar: "gregory", ...options }).format(
    new Date(seconds * 1000),
  );

/** 7 December 2025; without the year where it is plain. */
export const day = (seconds, year = true) =>
  shown(seconds, { day: "numeric", month: "long", ...(year ? { year: "numeric" } : {}) });

export const clock = (seconds) => shown(seconds, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** The local date as 2025-12-07. */
export function date(seconds) {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
  return parts.format(new Date(seconds * 1000));
}

/** (UTC+07:00) of a moment in the mission's zone. */
export function offset(seconds) {
  const name = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" })
    .formatToParts(new Date(seconds * 1000)).find((p) => p.type === "timeZoneName").value;
  return name === "GMT" ? "UTC" : name.replace("GMT", "UTC");
}

/** A half-open span in words: clock times within a day, days where it is longer. */
export function span(start, end) {
  const [first, last] = [day(start), day(end - 1)];
  if (end - start < 86400 && first === last) {
    const ends = clock(start) === clock(end) || end - start <= 60 ? clock(start) : `${clock(start)}–${clock(end)}`;
    return `${first}, ${ends} (${offset(start)})`;
  }
  return days(start, end);
}

/** First and last day of a half-open span: 7–21 December 2025. */
export function days(start, end) {
  const form = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { timeZone: zone, calendar: "gregory", day: "numeric", month: "long", year: "numeric" });
  return form.formatRange(new Date(start * 1000), new Date((end - 1) * 1000)).replace(/\s*–\s*(?=\d+ \p{L}+ \d{4}$)/u, (dash, at, whole) => (/^\d+$/.test(whole.slice(0, at)) ? "–" : " – "));
}

/** The moment at which a local date begins, seconds. */
export function midnight(text) {
  const guess = Date.parse(`${text}T00:00:00Z`) / 1000;
  const at = offset(guess).match(/UTC([+-])(\d+)(?::(\d+))?/);
  if (!at) return guess;
  return guess - (at[1] === "-" ? -1 : 1) * (Number(at[2]) * 3600 + Number(at[3] ?? 0) * 60);
}
