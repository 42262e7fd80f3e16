// One state for map, timeline and list: the address of the page. The query is the window that the server knows (from, to,
// grade, kind, ..., selected); what only this screen needs (where the map looks, the day, hidden layers) follows the `#`.

const listeners = new Set();

/** The query as it stands, without empty values. */
export function query() {
  const found = new URLSearchParams(location.search);
  for (const [name, value] of [...found]) if (value === "") found.delete(name);
  return found;
}

/** A value of the query or of what follows the `#`; empty where there is none. */
export const get = (name) => query().get(name) ?? "";
export const local = (name) => new URLSearchParams(location.hash.slice(1)).get(name) ?? "";

/** Change values of the query; null or empty removes one. Everybody who listens is told which names changed. */
export function set(changes, by = "") {
  const found = query();
  const changed = apply(found, changes);
  if (!changed.length) return;
  const text = found.toString();
  history.replaceState(history.state, "", `${location.pathname}${text ? `?${text}` : ""}${location.hash}`);
  for (const listener of [...listeners]) listener(new Set(changed), by);
}

/** Change values of what follows the `#`. */
export function setLocal(changes, by = "") {
  const found = new URLSearchParams(location.hash.slice(1));
  const changed = apply(found, changes);
  if (!changed.length) return;
  const text = found.toString().replaceAll("%2F", "/").replaceAll("%2C", ",");
  history.replaceState(history.state, "", `${location.pathname}${location.search}${text ? `#${text}` : ""}`);
  for (const listener of [...listeners]) listener(new Set(changed.map((name) => `#${name}`)), by);
}

function apply(found, changes) {
  const changed = [];
  for (const [name, value] of Object.entries(changes)) {
    const text = value === null || value === undefined ? "" : String(value);
    if ((found.get(name) ?? "") === text) continue;
    if (text) found.set(name, text);
    else found.delete(name);
    changed.push(name);
  }
  return changed;
}

/** Be told of changes: a set of names (`selected`, `from`, `#day`), and who made them. Gives a function that ends it. */
export function listen(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

addEventListener("popstate", () => {
  for (const listener of [...listeners]) listener(new Set(["*"]), "history");
});
