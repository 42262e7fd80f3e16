// Single keys, which can be turned off; `?` shows them. No key is taken inside a field, and none holds the focus.

import { make } from "./dom.js";
import { say } from "./words.js";

const KEPT = "truceline-keys";

const SHOWN = [
  ["j", "key_next"], ["k", "key_previous"], ["enter", "key_open"], [".", "key_step_on"], [",", "key_step_back"], ["p", "key_play"],
  ["l", "key_layers"], ["m", "key_measure"], ["w", "key_whole"], ["/", "key_search"], ["escape", "key_escape"], ["?", "key_help"],
  ["← ↑ ↓ →", "key_pan"], ["+ −", "key_zoom"], ["c", "key_place"],
];

const NAMED = { enter: "named_enter", escape: "named_escape" };

export class Keys {
  /** `does` maps keys to what they do; `escape` gives whether there was something to close. */
  constructor(does) {
    this.does = { ...does, "?": () => this.show() };
    document.addEventListener("keydown", (event) => this.press(event));
    for (const link of document.querySelectorAll("[data-keys]")) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        this.show();
      });
    }
  }

  get on() {
    return localStorage.getItem(KEPT) !== "off";
  }

  press(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const field = event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (field || this.dialog?.open) return;
    if (event.key === "Escape") {
      this.does.Escape?.();
      return;
    }
    if (event.key === "Enter" && event.target !== document.body && !event.target.closest?.("canvas")) return;
    const work = this.does[event.key];
    if (!work || (!this.on && event.key !== "?")) return;
    if (work(event) === false) return;
    event.preventDefault();
  }

  show() {
    this.dialog ??= this.make();
    this.box.checked = this.on;
    this.dialog.showModal();
  }

  make() {
    this.box = make("input", { type: "checkbox", onchange: () => localStorage.setItem(KEPT, this.box.checked ? "on" : "off") });
    const rows = SHOWN.map(([key, words]) => make("tr", {}, make("th", { scope: "row" }, ...key.split(" ").map((k) => make("kbd", {}, NAMED[k] ? say(NAMED[k]) : k))),
      make("td", {}, say(words))));
    const dialog = make("dialog", { class: "keys-dialog", "aria-labelledby": "keys-title" },
      make("h2", { id: "keys-title" }, say("keys")),
      make("table", {}, make("tbody", {}, ...rows)),
      make("label", {}, this.box, say("keys_on")), make("p", { class: "card-note" }, say("keys_where")),
      make("form", { method: "dialog" }, make("button", { class: "button" }, say("close"))));
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    document.body.append(dialog);
    return dialog;
  }
}
