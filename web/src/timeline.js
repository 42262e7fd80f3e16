// The window of time over the drawn timeline: drag an edge, the whole of it, or a new one; or move the edges by keys.
// The drawing is the server's; its axis says from when to when it goes, and between which of its own units.

import { announce, make, oncePerFrame } from "./dom.js";
import * as state from "./state.js";
import { date, day, midnight, say } from "./words.js";

const DAY = 86400;
const BEAT = 900;
/** Milliseconds between two steps while it plays. */

export class Timeline {
  constructor(part) {
    this.part = part;
    this.holder = make("div", { class: "brush" });
    this.washed = make("div", { class: "brush-window", onpointerdown: (e) => this.drag(e, "both") });
    this.edges = ["from", "to"].map((name) => make("div", {
      class: `brush-edge brush-${name}`, role: "slider", tabindex: "0", "aria-label": say(`${name}_handle`), "aria-orientation": "horizontal",
      onpointerdown: (e) => this.drag(e, name), onkeydown: (e) => this.key(e, name),
    }));
    this.holder.append(this.washed, ...this.edges);
    this.holder.addEventListener("pointerdown", (e) => e.target === this.holder && this.drag(e, "new"));
    part.style.position = "relative";
    this.buttons();
    state.listen((names) => (names.has("from") || names.has("to") || names.has("*")) && this.draw());
    new ResizeObserver(oncePerFrame(() => this.draw())).observe(part);
    this.place();
  }

  buttons() {
    const button = (name, text, work) => make("button", { type: "button", class: `step step-${name}`, "aria-label": text, title: text, onclick: work },
      make("span", { "aria-hidden": "true" }, { back: "‹", play: "▷", on: "›" }[name]));
    this.playing = button("play", say("play"), () => this.play());
    this.controls = make("div", { class: "steps", role: "group" }, button("back", say("step_back"), () => this.step(-1)), this.playing,
      button("on", say("step_on"), () => this.step(1)));
    (document.querySelector("[data-part='steps']") ?? this.part.parentElement).append(this.controls);
  }

  /** After the drawing was exchanged: lie over it again. */
  place() {
    if (this.holder.parentElement !== this.part) this.part.append(this.holder);
    this.draw();
  }

  /** The axis of the drawing: seconds and pixels of both ends; null where there is none. */
  get axis() {
    const svg = this.part.querySelector("svg[data-axis-start]");
    if (!svg) return null;
    const { axisStart, axisEnd, axisLeft, axisRight } = svg.dataset;
    const box = svg.getBoundingClientRect();
    const own = this.part.getBoundingClientRect();
    const unit = box.width / (svg.viewBox.baseVal.width || box.width);
    const seconds = (text) => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Date.parse(text) / 1000);
    return {
      start: seconds(axisStart), end: seconds(axisEnd), left: box.left - own.left + Number(axisLeft) * unit,
      right: box.left - own.left + Number(axisRight) * unit, top: box.top - own.top, height: box.height,
    };
  }

  get window() {
    const { start, end } = this.axis ?? this.extent;
    const [from, to] = [state.get("from"), state.get("to")];
    return {
      from: from ? moment(from) : start, to: to ? moment(to, true) : end, open: !from && !to,
    };
  }

  draw() {
    const { axis } = this;
    this.holder.hidden = !axis;
    if (!axis) return;
    this.extent = { start: axis.start, end: axis.end };
    const { from, to } = this.window;
    const x = (at) => axis.left + ((Math.min(Math.max(at, axis.start), axis.end) - axis.start) / (axis.end - axis.start)) * (axis.right - axis.left);
    Object.assign(this.holder.style, { left: `${axis.left}px`, width: `${axis.right - axis.left}px`, top: `${axis.top}px`, height: `${axis.height}px` });
    const [a, b] = [x(from) - axis.left, x(to) - axis.left];
    Object.assign(this.washed.style, { left: `${a}px`, width: `${Math.max(b - a, 1)}px` });
    this.edges.forEach((edge, n) => {
      edge.style.left = `${n ? b : a}px`;
      edge.setAttribute("aria-valuemin", String(Math.floor(axis.start / DAY)));
      edge.setAttribute("aria-valuemax", String(Math.floor(axis.end / DAY)));
      edge.setAttribute("aria-valuenow", String(Math.floor((n ? to - 1 : from) / DAY)));
      edge.setAttribute("aria-valuetext", day(n ? to - 1 : from));
    });
  }

  /** The moment under the pointer, as the beginning of a local day. */
  under(event) {
    const { axis } = this;
    const left = this.part.getBoundingClientRect().left + axis.left;
    const share = Math.min(Math.max((event.clientX - left) / (axis.right - axis.left), 0), 1);
    return axis.start + share * (axis.end - axis.start);
  }

  drag(event, what) {
    if (event.button !== 0) return;
    event.preventDefault();
    event.stopPropagation();
    this.stop();
    const begun = this.under(event);
    const { from, to } = this.window;
    const target = event.currentTarget;
    target.setPointerCapture(event.pointerId);
    if (what !== "both" && what !== "new") target.focus();
    let moved = false;
    const move = (e) => {
      const now = this.under(e);
      if (Math.abs(e.clientX - event.clientX) > 3) moved = true;
      if (!moved) return;
      if (what === "from") this.take(now, to - 1);
      else if (what === "to") this.take(from, now);
      else if (what === "new") this.take(Math.min(begun, now), Math.max(begun, now));
      else this.take(from + rounded(now - begun), to - 1 + rounded(now - begun));
    };
    const end = () => {
      target.removeEventListener("pointermove", move);
      target.removeEventListener("pointerup", end);
      target.removeEventListener("pointercancel", end);
      if (!moved && what === "new") this.take(begun, begun);
      this.tell();
    };
    for (const [name, work] of [["pointermove", move], ["pointerup", end], ["pointercancel", end]]) target.addEventListener(name, work);
  }

  /** Take a window by moments of its first and of its last day; the whole axis is no window. */
  take(first, last) {
    const { start, end } = this.axis ?? this.extent;
    const [a, b] = [Math.max(Math.min(first, last), start), Math.min(Math.max(first, last), end - 1)];
    const whole = a <= start && b >= end - DAY;
    state.set({ from: whole ? "" : date(a), to: whole ? "" : date(b), page: "" }, "timeline");
  }

  key(event, name) {
    const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageUp: 7, PageDown: -7 }[event.key];
    const { from, to } = this.window;
    const { start, end } = this.extent;
    if (step) {
      if (name === "from") this.take(Math.min(from + step * DAY, to - 1), to - 1);
      else this.take(from, Math.max(to - 1 + step * DAY, from));
    } else if (event.key === "Home") this.take(name === "from" ? start : from, name === "from" ? to - 1 : from);
    else if (event.key === "End") this.take(name === "from" ? to - 1 : from, name === "from" ? to - 1 : end);
    else return;
    event.preventDefault();
    event.stopPropagation();
    this.tell();
  }

  /** Move the window by days; a window of everything becomes its first or its last week. False at the end. */
  step(days) {
    const { start, end } = this.extent ?? {};
    if (start === undefined) return false;
    const { from, to, open } = this.window;
    if (open) this.take(days > 0 ? start : end - 7 * DAY, days > 0 ? start + 6.5 * DAY : end - 1);
    else if ((days > 0 && to + days * DAY > end + DAY) || (days < 0 && from + days * DAY < start)) return false;
    else this.take(from + days * DAY + DAY / 2, to - DAY / 2 + days * DAY);
    this.tell();
    return true;
  }

  play() {
    if (this.beat) {
      this.stop();
      return;
    }
    this.say("pause");
    this.beat = setInterval(() => {
      if (this.step(1)) return;
      this.stop();
      announce(say("play_ended"));
    }, BEAT);
    this.step(1);
  }

  stop() {
    clearInterval(this.beat);
    this.beat = 0;
    this.say("play");
  }

  say(what) {
    this.playing.setAttribute("aria-label", say(what));
    this.playing.title = say(what);
    this.playing.firstElementChild.textContent = what === "play" ? "▷" : "❙❙";
  }

  tell() {
    const { from, to } = this.window;
    announce(say("window_says", { from: day(from), to: day(to - 1) }));
  }
}

const rounded = (seconds) => Math.round(seconds / DAY) * DAY;

/** A bound of the query: a local date (its end for `to`) or a time. */
export function moment(text, last = false) {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) {
    if (!last) return midnight(text);
    const next = new Date(`${text}T00:00:00Z`);
    next.setUTCDate(next.getUTCDate() + 1);
    return midnight(next.toISOString().slice(0, 10));
  }
  const found = Date.parse(text) / 1000;
  return Number.isNaN(found) ? 0 : found + (last ? 1 : 0);
}
