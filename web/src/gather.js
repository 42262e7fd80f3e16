// Incidents near each other on the screen become one mark that opens: a hundred thousand rows in some ten milliseconds.

import { plane } from "./earth.js";

const CELL = 40;
/** Side of a cell, pixels: not less than `NEAR`, so that whatever is near lies in a neighbouring cell. */
const NEAR = 36;
/** Marks nearer than this, pixels, become one. */
export const MOST_SHOWN = 6;
/** So many marks stand side by side; more become a ring with their number. */

/** Where each row lies on the map plane; NaN where it is not placed. */
export function placed(columns) {
  const { lon, lat } = columns;
  const x = new Float64Array(lon.length);
  const y = new Float64Array(lon.length);
  for (let n = 0; n < lon.length; n += 1) {
    const spot = Number.isNaN(lon[n]) ? [NaN, NaN] : plane(lon[n], lat[n]);
    x[n] = spot[0];
    y[n] = spot[1];
  }
  return { x, y };
}

/** The groups of the rows that are on and lie in the frame (west, north, east, south on the plane), at this scale. */
export function gather({ x, y }, on, frame, pixels) {
  const size = CELL / pixels;
  const [west, north, east, south] = frame;
  const across = Math.ceil((east - west) / size) + 2;
  const left = Math.floor(west / size);
  const top = Math.floor(north / size);
  const cells = new Map();
  for (let n = 0; n < x.length; n += 1) {
    if (!on[n] || !(x[n] >= west && x[n] <= east && y[n] >= north && y[n] <= south)) continue;
    const key = (Math.floor(y[n] / size) - top) * across + Math.floor(x[n] / size) - left;
    const cell = cells.get(key);
    if (cell) {
      cell.sx += x[n];
      cell.sy += y[n];
      cell.rows.push(n);
    } else cells.set(key, { key, sx: x[n], sy: y[n], rows: [n] });
  }
  return merged([...cells.values()], across, NEAR / pixels);
}

/** Join what lies too near across the edges of cells to the nearest fuller one; a group stands in the middle of its rows. */
function merged(cells, across, near) {
  const order = cells.sort((a, b) => b.rows.length - a.rows.length || a.key - b.key);
  const kept = new Map();
  const groups = [];
  for (const cell of order) {
    const [x, y] = [cell.sx / cell.rows.length, cell.sy / cell.rows.length];
    const into = nearest(kept, cell.key, across, [x, y], near);
    if (into) {
      into.sx += cell.sx;
      into.sy += cell.sy;
      for (const row of cell.rows) into.rows.push(row);
    } else {
      const group = { x, y, sx: cell.sx, sy: cell.sy, rows: cell.rows };
      kept.set(cell.key, group);
      groups.push(group);
    }
  }
  return groups.map(({ sx, sy, rows }) => ({ x: sx / rows.length, y: sy / rows.length, rows }));
}

/** The nearest group kept in this cell's neighbours, not farther than `near`; null where there is none. */
function nearest(kept, key, across, [x, y], near) {
  let [found, least] = [null, near];
  for (let down = -1; down <= 1; down += 1) {
    for (let side = -1; side <= 1; side += 1) {
      const other = kept.get(key + down * across + side);
      const apart = other ? Math.hypot(other.x - x, other.y - y) : Infinity;
      if (apart < least) [found, least] = [other, apart];
    }
  }
  return found;
}

/** Where the marks of a group stand around its middle, pixels: one, or up to six in rows of three. */
export function arrangement(count) {
  if (count > MOST_SHOWN) return [];
  const wide = count <= 2 ? count : count <= 4 ? 2 : 3;
  const rows = Math.ceil(count / wide);
  return Array.from({ length: count }, (_, n) => {
    const row = Math.floor(n / wide);
    const inRow = row === rows - 1 ? count - row * wide : wide;
    return [(n % wide - (inRow - 1) / 2) * 13, (row - (rows - 1) / 2) * 13];
  });
}
