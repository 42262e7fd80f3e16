// Measure along the ground: click by click, or with Enter at the cross in the middle; Backspace takes one back.

import { announce, make } from "./dom.js";
import { between } from "./earth.js";
import { point } from "./map.js";
import { distance } from "./cards.js";
import { number, say } from "./words.js";

export class Measure {
  constructor(ground, holder, button) {
    this.ground = ground;
    this.button = button;
    this.spots = [];
    this.words = make("output", { class: "map-measured", hidden: true });
    this.cross = make("div", { class: "map-cross", hidden: true, "aria-hidden": "true" });
    holder.append(this.words, this.cross);
    button.addEventListener("click", () => this.turn(!this.on));
    ground.taken = (event) => this.on && (this.add([event.lngLat.lng, event.lngLat.lat]), true);
    ground.map.getCanvas().addEventListener("keydown", (event) => {
      if (!this.on) return;
      const { lng, lat } = ground.map.getCenter();
      if (event.key === "Enter") this.add([lng, lat]);
      else if (event.key === "Backspace") this.back();
      else return;
      event.preventDefault();
    });
    ground.map.getCanvas().addEventListener("focus", () => { this.cross.hidden = !this.on; });
    ground.map.getCanvas().addEventListener("blur", () => { this.cross.hidden = true; });
  }

  get on() {
    return this.ground.crosshair === true;
  }

  turn(on) {
    this.ground.crosshair = on;
    this.button.setAttribute("aria-pressed", String(on));
    this.ground.map.getCanvas().style.cursor = on ? "crosshair" : "";
    this.ground.map.doubleClickZoom[on ? "disable" : "enable"]();
    this.spots = [];
    this.draw();
    this.words.hidden = !on;
    this.cross.hidden = !on || document.activeElement !== this.ground.map.getCanvas();
    if (on) this.tell(say("measure_start"));
  }

  add(spot) {
    this.spots.push(spot);
    this.draw();
  }

  back() {
    this.spots.pop();
    this.draw();
  }

  draw() {
    const features = this.spots.map((spot) => point(spot));
    if (this.spots.length > 1) {
      features.push({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: this.spots } });
    }
    this.ground.put("measure", { type: "FeatureCollection", features });
    if (!this.on || this.spots.length < 2) {
      if (this.on) this.tell(say(this.spots.length ? "measure_next" : "measure_start"));
      return;
    }
    const legs = this.spots.slice(1).map((spot, n) => between(this.spots[n], spot));
    const whole = legs.reduce((sum, leg) => sum + leg.metres, 0);
    const last = legs.at(-1);
    this.metres = whole;
    const leg = say("measured_leg", { distance: distance(last.metres), bearing: number(last.bearing) });
    this.tell(legs.length > 1 ? `${say("measured_whole", { distance: distance(whole) })} ${leg}` : leg);
  }

  tell(text) {
    this.words.textContent = text;
    announce(text);
  }
}
