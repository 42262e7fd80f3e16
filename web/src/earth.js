// The shape of the earth (WGS 84): map plane, distances, rings. Degrees in, metres out.

const AXIS_M = 6378137;
const FLATTENING = 1 / 298.257223563;
const AXIS_MINOR_M = AXIS_M * (1 - FLATTENING);
const RADIAN = Math.PI / 180;

/** Where a place lies on the map plane: 0..1 from west to east, and from north to south. */
export function plane(lon, lat) {
  const turned = Math.tan(Math.PI / 4 + (Math.max(Math.min(lat, 85.05), -85.05) * RADIAN) / 2);
  return [(lon + 180) / 360, (1 - Math.log(turned) / Math.PI) / 2];
}

/** The place at a point of the map plane. */
export function unplane(x, y) {
  return [x * 360 - 180, (2 * Math.atan(Math.exp((1 - 2 * y) * Math.PI)) - Math.PI / 2) / RADIAN];
}

/** Metres on the ground that the whole width of the map plane is worth at a latitude. */
export function planeWidth(lat) {
  return 2 * Math.PI * AXIS_M * Math.cos(lat * RADIAN);
}

/**
 * Distance along the ellipsoid and the bearing at the start, by Vincenty's inverse formula (1975).
 * Where it does not converge (almost opposite points) the sphere stands in.
 */
export function between([lon1, lat1], [lon2, lat2]) {
  const turn = (lon2 - lon1) * RADIAN;
  const [sinU1, cosU1] = reduced(lat1);
  const [sinU2, cosU2] = reduced(lat2);
  let lambda = turn;
  for (let round = 0; round < 200; round += 1) {
    const [sinL, cosL] = [Math.sin(lambda), Math.cos(lambda)];
    const sinS = Math.hypot(cosU2 * sinL, cosU1 * sinU2 - sinU1 * cosU2 * cosL);
    if (sinS === 0) return { metres: 0, bearing: 0 };
    const cosS = sinU1 * sinU2 + cosU1 * cosU2 * cosL;
    const sigma = Math.atan2(sinS, cosS);
    const sinA = (cosU1 * cosU2 * sinL) / sinS;
    const cos2A = 1 - sinA * sinA;
    const middle = cos2A ? cosS - (2 * sinU1 * sinU2) / cos2A : 0;
    const c = (FLATTENING / 16) * cos2A * (4 + FLATTENING * (4 - 3 * cos2A));
    const before = lambda;
    lambda = turn + (1 - c) * FLATTENING * sinA * (sigma + c * sinS * (middle + c * cosS * (2 * middle ** 2 - 1)));
    if (Math.abs(lambda - before) < 1e-12) {
      const u2 = (cos2A * (AXIS_M ** 2 - AXIS_MINOR_M ** 2)) / AXIS_MINOR_M ** 2;
      const a = 1 + (u2 / 16384) * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)));
      const b = (u2 / 1024) * (256 + u2 * (-128 + u2 * (74 - 47 * u2)));
      const inner = cosS * (2 * middle ** 2 - 1) - (b / 6) * middle * (4 * sinS ** 2 - 3) * (4 * middle ** 2 - 3);
      const change = b * sinS * (middle + (b / 4) * inner);
      const bearing = Math.atan2(cosU2 * sinL, cosU1 * sinU2 - sinU1 * cosU2 * cosL) / RADIAN;
      return { metres: AXIS_MINOR_M * a * (sigma - change), bearing: (bearing + 360) % 360 };
    }
  }
  return sphere([lon1, lat1], [lon2, lat2]);
}

function reduced(lat) {
  const u = Math.atan((1 - FLATTENING) * Math.tan(lat * RADIAN));
  return [Math.sin(u), Math.cos(u)];
}

function sphere([lon1, lat1], [lon2, lat2]) {
  const half = Math.sin(((lat2 - lat1) * RADIAN) / 2) ** 2
    + Math.cos(lat1 * RADIAN) * Math.cos(lat2 * RADIAN) * Math.sin(((lon2 - lon1) * RADIAN) / 2) ** 2;
  return { metres: 2 * 6371008.8 * Math.asin(Math.min(1, Math.sqrt(half))), bearing: 0 };
}

/** A ring around a place: half-axes in metres, the greater one `azimuth` degrees clockwise from north. */
export function ring(lon, lat, major, minor = major, azimuth = 0, corners = 64) {
  const sin2 = Math.sin(lat * RADIAN) ** 2;
  const e2 = FLATTENING * (2 - FLATTENING);
  const w = 1 - e2 * sin2;
  const east = (AXIS_M / Math.sqrt(w)) * Math.max(Math.cos(lat * RADIAN), 1e-3) * RADIAN;
  const north = ((AXIS_M * (1 - e2)) / w ** 1.5) * RADIAN;
  const [sinA, cosA] = [Math.sin(azimuth * RADIAN), Math.cos(azimuth * RADIAN)];
  const found = [];
  for (let n = 0; n <= corners; n += 1) {
    const t = ((n % corners) / corners) * 2 * Math.PI;
    const [ahead, aside] = [major * Math.cos(t), minor * Math.sin(t)];
    found.push([lon + (ahead * sinA + aside * cosA) / east, lat + (ahead * cosA - aside * sinA) / north]);
  }
  return found;
}

/** The largest of 1, 2, 5 × 10ⁿ that is not above a value. */
export function round125(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [5, 2, 1].find((n) => n * power <= value) * power;
}

/** Degrees as people write them on a map: 104.5° E. */
export function degrees(value, letters, places) {
  return `${Math.abs(value).toFixed(places)}° ${value < 0 ? letters[1] : letters[0]}`;
}
