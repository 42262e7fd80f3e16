// Colours from the page's tokens, and the marks of the house drawn with them: never a colour alone says anything.

export const GRADES = ["established", "probable", "reported", "disputed", "insufficient"];
const NAMES = ["page", "panel", "raised", "land", "water", "hairline", "rule", "ink", "ink-2", "ink-3", "accent", "accent-wash",
  "party-1", "party-2", "party-none", "hatch", "heat", "line"];

/** The tokens as the page has them now, for light or dark. */
export function tokens() {
  const style = getComputedStyle(document.documentElement);
  const found = {};
  for (const name of NAMES) found[name] = style.getPropertyValue(`--${name}`).trim();
  return found;
}

/** A colour with an opacity, as MapLibre takes it. */
export function faint(hex, opacity) {
  const [r, g, b] = [1, 3, 5].map((n) => parseInt(hex.slice(n, n + 2), 16));
  return `rgba(${r}, ${g}, ${b}, ${opacity})`;
}

const RATIO = 2;

function picture(width, height, draw) {
  const canvas = new OffscreenCanvas(width * RATIO, height * RATIO);
  const pen = canvas.getContext("2d");
  pen.scale(RATIO, RATIO);
  draw(pen);
  return { data: pen.getImageData(0, 0, canvas.width, canvas.height), options: { pixelRatio: RATIO } };
}

function grade(pen, name, x, y, r, ink, ground) {
  const edge = r * 0.18;
  const inner = r - edge / 2;
  pen.fillStyle = ground;
  circle(pen, x, y, r + 0.4);
  pen.fill();
  pen.fillStyle = pen.strokeStyle = ink;
  pen.lineWidth = edge;
  if (name === "established") {
    circle(pen, x, y, r);
    pen.fill();
  } else if (name === "disputed") {
    for (const side of [-1, 1]) {
      pen.beginPath();
      const gap = r * 0.15 * side;
      pen.ellipse(x + gap, y, r * 0.82, inner, 0, -Math.PI / 2, Math.PI / 2, side < 0);
      pen.closePath();
      pen.stroke();
    }
  } else {
    circle(pen, x, y, inner);
    pen.stroke();
    const turn = { probable: [-Math.PI / 2, Math.PI], reported: [Math.PI / 2, (3 * Math.PI) / 2] }[name];
    if (!turn) return;
    pen.beginPath();
    pen.moveTo(x, y);
    pen.arc(x, y, inner, ...turn);
    pen.closePath();
    pen.fill();
  }
}

function circle(pen, x, y, r) {
  pen.beginPath();
  pen.arc(x, y, r, 0, 2 * Math.PI);
}

/** Every picture that the map uses, by name. */
export function pictures(t) {
  const found = {};
  for (const name of GRADES) {
    found[`grade-${name}`] = picture(14, 14, (pen) => grade(pen, name, 7, 7, 5.6, t.ink, t.panel));
    found[`chosen-${name}`] = picture(28, 28, (pen) => {
      pen.fillStyle = t.panel;
      pen.strokeStyle = t.accent;
      pen.lineWidth = 2;
      circle(pen, 14, 14, 10.5);
      pen.fill();
      pen.stroke();
      grade(pen, name, 14, 14, 6.4, t.accent, t.panel);
    });
  }
  for (const [name, r] of [["few", 11], ["many", 14], ["crowd", 18]]) {
    found[`group-${name}`] = picture(2 * r + 2, 2 * r + 2, (pen) => {
      pen.fillStyle = t.panel;
      pen.strokeStyle = t.ink;
      pen.lineWidth = 1.3;
      circle(pen, r + 1, r + 1, r - 0.5);
      pen.fill();
      pen.stroke();
    });
  }
  found.hatch = picture(16, 16, (pen) => hatched(pen, 16, 8, 1.1, t.hatch));
  found.cloud = picture(8, 8, (pen) => {
    pen.fillStyle = t["ink-3"];
    for (const [x, y] of [[2, 2], [6, 6]]) {
      circle(pen, x, y, 0.8);
      pen.fill();
    }
  });
  found.town = picture(6, 6, (pen) => {
    pen.fillStyle = t["ink-3"];
    pen.fillRect(1, 1, 4, 4);
  });
  found.pass = picture(18, 12, (pen) => {
    pen.strokeStyle = t.ink;
    pen.lineWidth = 1.2;
    pen.beginPath();
    pen.arc(9, 13, 9, -Math.PI * 0.82, -Math.PI * 0.18);
    pen.stroke();
  });
  found.host_led = picture(16, 12, (pen) => {
    pen.strokeStyle = t.ink;
    pen.lineWidth = 1.2;
    for (const side of [-1, 1]) {
      pen.beginPath();
      pen.moveTo(8 + side * 3, 2);
      pen.lineTo(8 + side * 6, 2);
      pen.lineTo(8 + side * 6, 10);
      pen.lineTo(8 + side * 3, 10);
      pen.stroke();
    }
  });
  found.refused = picture(14, 14, (pen) => {
    pen.fillStyle = t.panel;
    pen.strokeStyle = t.ink;
    pen.lineWidth = 1.2;
    circle(pen, 7, 7, 5);
    pen.fill();
    pen.stroke();
    pen.beginPath();
    pen.moveTo(2.6, 7);
    pen.lineTo(11.4, 7);
    pen.stroke();
  });
  return found;
}

function hatched(pen, side, step, width, ink) {
  pen.strokeStyle = ink;
  pen.lineWidth = width;
  pen.beginPath();
  for (let n = -side; n <= 2 * side; n += step) {
    pen.moveTo(n, side + 1);
    pen.lineTo(n + side + 2, -1);
  }
  pen.stroke();
}

/** A mark for the page itself: the same drawing as on the map. */
export function mark(name, t = tokens()) {
  const canvas = document.createElement("canvas");
  const { data } = pictures(t)[name];
  canvas.width = data.width;
  canvas.height = data.height;
  canvas.style.width = `${data.width / RATIO}px`;
  canvas.getContext("2d").putImageData(data, 0, 0);
  canvas.setAttribute("aria-hidden", "true");
  return canvas;
}
