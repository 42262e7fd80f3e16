// A layer of many small points, drawn by the graphics card from arrays: nothing is parsed, cut into tiles or sent again
// when the window of time moves. Every incident is a dot below its mark; every heat detection a small cross.

const SHAPES = { dot: "float d = length(c); float a = 1.0 - smoothstep(0.72, 1.0, d);",
  cross: "vec2 d = abs(c); float a = min(d.x, d.y) < u_arm && max(d.x, d.y) < 0.9 ? 1.0 : 0.0;" };

const VERTEX = `#version 300 es
in vec2 a_at; in float a_on;
uniform mat4 u_matrix; uniform float u_size;
void main() {
  gl_Position = a_on > 0.0 ? u_matrix * vec4(a_at, 0.0, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);
  gl_PointSize = u_size;
}`;

const fragment = (shape) => `#version 300 es
precision mediump float;
uniform vec4 u_ink; uniform float u_arm; out vec4 ink;
void main() {
  vec2 c = gl_PointCoord * 2.0 - 1.0;
  ${SHAPES[shape]}
  if (a <= 0.0) discard;
  ink = vec4(u_ink.rgb, 1.0) * u_ink.a * a;
}`;

export class Points {
  /** `at` are places on the plane ({x, y}); `shape` dot or cross; `size` pixels. */
  constructor(id, at, { shape, size }) {
    Object.assign(this, { id, type: "custom", renderingMode: "2d", shape, size, ink: [0, 0, 0, 1], shown: true });
    this.count = at.x.length;
    this.on = new Uint8Array(this.count);
    // Offsets from one middle fit a float: some centimetres, where plain values would be off by metres.
    this.middle = middle(at);
    this.spots = new Float32Array(2 * this.count);
    for (let n = 0; n < this.count; n += 1) {
      this.spots[2 * n] = at.x[n] - this.middle[0];
      this.spots[2 * n + 1] = at.y[n] - this.middle[1];
    }
    this.changed = true;
  }

  /** Show these rows: one byte a row. */
  show(on) {
    this.on = on;
    this.changed = true;
    this.map?.triggerRepaint();
  }

  /** The ink as #rrggbb and its opacity. */
  dye(hex, opacity) {
    this.ink = [...[1, 3, 5].map((n) => parseInt(hex.slice(n, n + 2), 16) / 255), opacity];
    this.map?.triggerRepaint();
  }

  onAdd(map, gl) {
    this.map = map;
    const program = gl.createProgram();
    for (const [kind, text] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, fragment(this.shape)]]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, text);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program) || "WebGL");
    this.program = program;
    this.at = Object.fromEntries(["u_matrix", "u_size", "u_ink", "u_arm"].map((n) => [n, gl.getUniformLocation(program, n)]));
    this.array = gl.createVertexArray();
    gl.bindVertexArray(this.array);
    attribute(gl, program, "a_at", this.spots, 2, gl.FLOAT);
    this.switches = attribute(gl, program, "a_on", this.on, 1, gl.UNSIGNED_BYTE);
    gl.bindVertexArray(null);
    this.changed = true;
  }

  onRemove(_map, gl) {
    gl.deleteProgram(this.program);
    gl.deleteVertexArray(this.array);
  }

  render(gl, { defaultProjectionData }) {
    if (!this.shown || !this.count) return;
    if (this.changed) {
      gl.bindBuffer(gl.ARRAY_BUFFER, this.switches);
      gl.bufferData(gl.ARRAY_BUFFER, this.on, gl.DYNAMIC_DRAW);
      this.changed = false;
    }
    const ratio = this.map.getPixelRatio();
    gl.useProgram(this.program);
    gl.uniformMatrix4fv(this.at.u_matrix, false, moved(defaultProjectionData.mainMatrix, this.middle));
    gl.uniform1f(this.at.u_size, this.size * ratio);
    gl.uniform4fv(this.at.u_ink, this.ink);
    gl.uniform1f(this.at.u_arm, 1.1 / this.size);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.disable(gl.DEPTH_TEST);
    gl.disable(gl.STENCIL_TEST);
    gl.bindVertexArray(this.array);
    gl.drawArrays(gl.POINTS, 0, this.count);
    gl.bindVertexArray(null);
  }
}

function attribute(gl, program, name, data, width, kind) {
  const buffer = gl.createBuffer();
  const place = gl.getAttribLocation(program, name);
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  gl.bufferData(gl.ARRAY_BUFFER, data, gl.DYNAMIC_DRAW);
  gl.enableVertexAttribArray(place);
  gl.vertexAttribPointer(place, width, kind, false, 0, 0);
  return buffer;
}

function middle({ x, y }) {
  let [sx, sy, count] = [0, 0, 0];
  for (let n = 0; n < x.length; n += 1) {
    if (Number.isNaN(x[n])) continue;
    sx += x[n];
    sy += y[n];
    count += 1;
  }
  return count ? [sx / count, sy / count] : [0.5, 0.5];
}

/** A matrix after a move, in full precision before it becomes floats. */
function moved(m, [x, y]) {
  const out = Float64Array.from(m);
  for (let row = 0; row < 4; row += 1) out[12 + row] = m[row] * x + m[4 + row] * y + m[12 + row];
  return new Float32Array(out);
}
