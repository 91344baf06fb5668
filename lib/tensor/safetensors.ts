/**
 * Checkpoints in the safetensors format: an 8-byte little-endian header length, a JSON header, then the raw data.
 * Any tool that reads safetensors reads them.
 */

export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array;
}

interface HeaderEntry {
  dtype: keyof typeof types;
  shape: number[];
  data_offsets: [number, number];
}

const types = { F64: Float64Array, F32: Float32Array, I32: Int32Array } as const;

const LENGTH_BYTES = 8, ALIGNMENT = 8;

/**
 * Writes tensors to a file, all or nothing: a temporary file beside it is synced and then renamed.
 *
 * @param metadata Texts that travel with the tensors.
 * @throws {RangeError} If a tensor's data do not fill its shape.
 */
export async function saveSafetensors(
  path: string,
  tensors: Readonly<Record<string, StoredTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const header: Record<string, HeaderEntry | Record<string, string>> = { __metadata__: { ...metadata } };
  // The wider type first, so that every tensor lies at a multiple of its element's size.
  const entries = Object.entries(tensors)
    .toSorted(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  let offset = 0;
  for (const [name, { shape, data }] of entries) {
    const expected = shape.reduce((product, size) => product * size, 1);
    if (data.length !== expected) {
      throw new RangeError(
        `Cannot save tensor '${name}': it has ${data.length} elements, expected ${expected} for shape [${shape}]`,
      );
    }
    const dtype = data instanceof Float32Array ? "F32" : data instanceof Float64Array ? "F64" : "I32";
    header[name] = { dtype, shape: [...shape], data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  // Spaces fill the header up, so that the data start aligned.
  const bytes = new Uint8Array(Math.ceil(json.length / ALIGNMENT) * ALIGNMENT).fill(" ".charCodeAt(0));
  bytes.set(json);
  const length = new Uint8Array(LENGTH_BYTES);
  new DataView(length.buffer).setBigUint64(0, BigInt(bytes.length), true);

  const partial = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    using file = await Deno.open(partial, { write: true, createNew: true });
    for (const part of [length, bytes, ...entries.map(([, { data }]) => bytesOf(data))]) {
      for (let written = 0; written < part.length;) written += await file.write(part.subarray(written));
    }
    await file.sync();
    await Deno.rename(partial, path);
  } catch (error) {
    await Deno.remove(partial).catch(() => {});
    throw error;
  }
}

/**
 * Reads a safetensors file of F64, F32 and I32 tensors.
 *
 * @throws {Error} If the file is not whole or holds another type, naming the file.
 */
export async function loadSafetensors(
  path: string,
): Promise<{ tensors: Record<string, StoredTensor>; metadata: Record<string, string> }> {
  const bytes = await Deno.readFile(path);
  const fail = (state: string) =>
    new Error(`Cannot load checkpoint ${path}: ${state}, expected a whole safetensors file`);
  if (bytes.length < LENGTH_BYTES) throw fail(`it has ${bytes.length} bytes`);
  const headerLength = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const start = LENGTH_BYTES + headerLength;
  if (start > bytes.length) throw fail(`its header claims ${headerLength} bytes`);
  let header: Record<string, HeaderEntry> & { __metadata__?: Record<string, string> };
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(LENGTH_BYTES, start)));
  } catch {
    throw fail("its header is no JSON");
  }
  const { __metadata__: metadata = {}, ...entries } = header;
  const tensors: Record<string, StoredTensor> = {};
  for (const [name, { dtype, shape, data_offsets: [from, to] }] of Object.entries(entries)) {
    if (!Object.hasOwn(types, dtype)) throw fail(`tensor '${name}' has type ${dtype}`);
    const type = types[dtype];
    if (start + to > bytes.length) throw fail(`it ends before tensor '${name}' does`);
    if (to - from !== type.BYTES_PER_ELEMENT * shape.reduce((product, size) => product * size, 1)) {
      throw fail(`tensor '${name}' has ${to - from} bytes for shape [${shape}]`);
    }
    tensors[name] = { shape, data: new type(bytes.slice(start + from, start + to).buffer) };
  }
  return { tensors, metadata };
}

function bytesOf(data: StoredTensor["data"]): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
