// Small things of the page.

/** An element with attributes (`on...` listen, `class`, others as they are) and children (texts or nodes). */
export function make(name, attributes = {}, ...children) {
  const found = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) found.addEventListener(key.slice(2), value);
    else if (value === true) found.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) found.setAttribute(key, value);
  }
  found.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return found;
}

/** A text in local scripts, each run marked with its language, so that it is read and set as what it is. */
export function local(text) {
  const found = make("span", { class: "map-local" });
  for (const piece of text.split(/( · )/)) {
    const lang = /[\u0e00-\u0e7f]/.test(piece) ? "th" : /[\u1780-\u17ff]/.test(piece) ? "km" : null;
    found.append(lang ? make("span", { lang }, piece) : piece);
  }
  return found;
}

let polite;

const untold = new Map();

/** Say something to those who listen to the page; of one topic the latest word alone counts. */
export function announce(text, topic = "") {
  if (!polite) {
    polite = make("div", { class: "heard", role: "status", "aria-live": "polite" });
    document.body.append(polite);
  }
  clearTimeout(announce.wait);
  untold.delete(topic);
  untold.set(topic, text);
  announce.wait = setTimeout(() => {
    polite.textContent = [...untold.values()].join(". ");
    untold.clear();
  }, 120);
}

/** Copy a text; where the browser does not let us, select it for the reader. */
export async function copy(text, from) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection().selectAllChildren(from);
    return document.execCommand("copy");
  }
}

/** Call at most once a frame. */
export function oncePerFrame(work) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      work();
    });
  };
}
