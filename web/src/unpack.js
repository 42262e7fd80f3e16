// What the server packs (see packed.py) as typed arrays, without parsing a row.

const ARRAYS = {
  uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array, int32: Int32Array, float32: Float32Array, float64: Float64Array,
};

/** The head and the columns of packed bytes. */
export function unpack(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const columns = {};
  for (const [name, [kind, at, count]] of Object.entries(head.columns)) {
    columns[name] = new ARRAYS[kind](buffer, 4 + length + at, count);
  }
  return { ...head, columns };
}

/** Ask the server for something; raises an Error in words where it does not answer well. */
export async function ask(address, { signal } = {}) {
  const answer = await fetch(address, { signal, credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${answer.status} ${address.split("?")[0]}`);
  return answer;
}

export const askJson = async (address, options) => (await ask(address, options)).json();
export const askPacked = async (address, options) => unpack(await (await ask(address, options)).arrayBuffer());
