// Before and after: two pictures of one place over the map, with an edge that is dragged between them. Offered only where
// the mission holds such a pair.

import { make } from "./dom.js";
import { say } from "./words.js";

const PICTURES = ["before", "after"];

/** The switch for pictures, where there are any; null where there are none. */
export function openSwipe(ground, holder, plates) {
  return plates.length ? new Swipe(ground, holder, plates) : null;
}

class Swipe {
  constructor(ground, holder, plates) {
    Object.assign(this, { ground, holder, plates, share: 0.5 });
    this.choice = make("select", { class: "swipe-choice", "aria-label": say("swipe"), onchange: () => this.show(Number(this.choice.value)) },
      make("option", { value: "-1" }, say("swipe")), ...plates.map((p, n) => make("option", { value: String(n) }, p.title)));
    holder.querySelector(".map-buttons").append(this.choice);
    this.edge = make("div", { class: "swipe-edge", role: "slider", tabindex: "0", hidden: true, "aria-label": say("swipe_handle"),
      "aria-valuemin": "0", "aria-valuemax": "100", onpointerdown: (e) => this.drag(e), onkeydown: (e) => this.key(e) });
    this.pictures = PICTURES.map((name) => make("img", { class: `swipe-picture swipe-${name}`, alt: "", hidden: true }));
    this.words = make("p", { class: "swipe-words", hidden: true });
    holder.append(...this.pictures, this.edge, this.words);
    ground.listen((what) => what === "move" && this.place());
    addEventListener("resize", () => this.place());
  }

  show(n) {
    this.plate = this.plates[n];
    const off = !this.plate;
    for (const one of [...this.pictures, this.edge, this.words]) one.hidden = off;
    if (off) return;
    const { title, before, after, bounds } = this.plate;
    this.pictures.forEach((picture, k) => {
      picture.src = this.plate[PICTURES[k]].address;
      picture.alt = this.plate[PICTURES[k]].date;
    });
    this.words.textContent = say("swipe_place", { title, before: before.date, after: after.date });
    this.ground.map.fitBounds(bounds, { padding: 40, duration: 0 });
    this.place();
  }

  /** Lay both pictures over their ground; the map is upright, so that a box stays a box. */
  place() {
    if (!this.plate) return;
    const [west, south, east, north] = this.plate.bounds;
    const { map } = this.ground;
    const [a, b] = [map.project([west, north]), map.project([east, south])];
    const x = a.x + (b.x - a.x) * this.share;
    for (const picture of this.pictures) {
      Object.assign(picture.style, { left: `${a.x}px`, top: `${a.y}px`, width: `${b.x - a.x}px`, height: `${b.y - a.y}px` });
    }
    this.pictures[0].style.clipPath = `inset(0 ${(1 - this.share) * 100}% 0 0)`;
    this.pictures[1].style.clipPath = `inset(0 0 0 ${this.share * 100}%)`;
    Object.assign(this.edge.style, { left: `${x}px`, top: `${a.y}px`, height: `${b.y - a.y}px` });
    this.edge.setAttribute("aria-valuenow", String(Math.round(this.share * 100)));
  }

  drag(event) {
    event.preventDefault();
    this.edge.focus();
    this.edge.setPointerCapture(event.pointerId);
    const move = (e) => {
      const [west, , east] = this.plate.bounds;
      const [a, b] = [west, east].map((lon) => this.ground.map.project([lon, this.plate.bounds[1]]).x);
      const left = this.holder.getBoundingClientRect().left;
      this.take((e.clientX - left - a) / (b - a));
    };
    this.edge.addEventListener("pointermove", move);
    for (const name of ["pointerup", "pointercancel"]) {
      this.edge.addEventListener(name, () => this.edge.removeEventListener("pointermove", move), { once: true });
    }
  }

  key(event) {
    const step = { ArrowLeft: -0.05, ArrowRight: 0.05, PageDown: -0.2, PageUp: 0.2, Home: -1, End: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    this.take(this.share + step);
  }

  take(share) {
    this.share = Math.min(Math.max(share, 0), 1);
    this.place();
  }
}
