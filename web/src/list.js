// The list and the drawn timeline come from the server for every window; focus and place in the list are kept.

import { announce } from "./dom.js";
import * as state from "./state.js";
import { ask } from "./unpack.js";
import { say } from "./words.js";

const WAIT = 140;
const MINE = new Set(["selected"]);

export class List {
  constructor({ onparts }) {
    this.onparts = onparts;
    this.parts = Object.fromEntries(["list", "timeline", "count"].map((n) => [n, document.querySelector(`[data-part="${n}"]`)]));
    document.addEventListener("click", (event) => this.click(event));
    state.listen((names) => {
      if (names.has("selected") || names.has("*")) this.mark();
      if ([...names].some((n) => !n.startsWith("#") && !MINE.has(n))) this.refresh();
    });
    this.mark();
  }

  /** A click on an incident of the list or of the timeline selects it; a link in it leads where it says. */
  click(event) {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const item = event.target.closest("[data-part] [data-incident]");
    if (!item || leads(event) || item.dataset.incident === state.get("selected")) return;
    event.preventDefault();
    state.set({ selected: item.dataset.incident }, "list");
  }

  get items() {
    return [...document.querySelectorAll("[data-part='list'] [data-incident]")];
  }

  /** Mark what is selected in list and timeline, and bring it into the list's view. */
  mark() {
    const selected = state.get("selected");
    for (const item of document.querySelectorAll("[data-part] [data-incident]")) {
      const on = item.dataset.incident === selected;
      item.classList.toggle("selected", on);
      if (on) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
    }
    const item = this.items.find((i) => i.dataset.incident === selected);
    if (!item) return;
    const scroller = item.closest("[data-scroll]") ?? this.parts.list;
    const [own, box] = [item.getBoundingClientRect(), scroller.getBoundingClientRect()];
    if (scroller.scrollHeight > scroller.clientHeight && (own.top < box.top || own.bottom > box.bottom)) item.scrollIntoView({ block: "nearest" });
  }

  /** Select the incident after or before the selected one, in the list's order. */
  next(step) {
    const ids = this.items.map((i) => i.dataset.incident);
    if (!ids.length) return;
    const at = ids.indexOf(state.get("selected"));
    const to = at < 0 ? (step > 0 ? 0 : ids.length - 1) : Math.min(Math.max(at + step, 0), ids.length - 1);
    state.set({ selected: ids[to] }, "keys");
  }

  open() {
    const item = this.items.find((i) => i.dataset.incident === state.get("selected"));
    (item?.matches("a") ? item : item?.querySelector("a"))?.click();
  }

  refresh() {
    clearTimeout(this.wait);
    this.wait = setTimeout(() => this.fetch(), WAIT);
  }

  async fetch() {
    this.stop?.abort();
    this.stop = new AbortController();
    const { signal } = this.stop;
    document.documentElement.toggleAttribute("data-loading", true);
    try {
      const found = await (await ask(`/parts/situation?${state.query()}`, { signal })).json();
      this.put("list", found.list_html);
      this.put("timeline", found.timeline_html);
      if (this.parts.count && found.count_html !== undefined) this.put("count", found.count_html);
      this.mark();
      if (typeof found.count === "number") announce(say("in_window", { n: found.count }), "count");
      this.told = Date.now();
    } catch (error) {
      if (error.name !== "AbortError") announce(say("lost", { time: new Date(this.told ?? performance.timeOrigin).toLocaleTimeString() }));
    } finally {
      if (!signal.aborted) document.documentElement.toggleAttribute("data-loading", false);
    }
  }

  /** Exchange a part; whoever had the focus in it has it again on the same incident. */
  put(name, html) {
    const part = this.parts[name];
    if (!part || html === undefined) return;
    const focused = part.contains(document.activeElement) ? document.activeElement : null;
    const id = focused?.closest("[data-incident]")?.dataset.incident;
    part.innerHTML = html;
    this.onparts?.(name);
    if (focused && part.contains(focused)) focused.focus({ preventScroll: true });
    else if (id) {
      const again = part.querySelector(`[data-incident="${CSS.escape(id)}"]`);
      (again?.matches("a, button, [tabindex]") ? again : again?.querySelector("a, button"))?.focus({ preventScroll: true });
    }
  }
}

/** Whether a click means a link itself: by the keyboard, or on its own letters and not on the row that it covers. */
function leads(event) {
  const link = event.target.closest("a, button, input, summary");
  if (!link) return false;
  if (event.detail === 0 || link.localName !== "a") return true;
  const letters = document.createRange();
  letters.selectNodeContents(link);
  return [...letters.getClientRects()].some((r) => event.clientX >= r.left && event.clientX <= r.right && event.clientY >= r.top && event.clientY <= r.bottom);
}
