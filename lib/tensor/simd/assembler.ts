/**
 * A small assembler of WebAssembly kernels that run over float32 arrays, four elements at a time.
 *
 * JavaScript has no vector instructions, and the backend's own kernels make one pass over memory for every operation.
 * What is assembled here works in the backend's memory, where the tensors lie, and does in one pass what one pass can.
 * Encodings are those of the WebAssembly specification 2.0, chapter 5.
 */

/** Instructions that leave one value: an address or a size in bytes (i32), or a vector of four float32. */
export type Value = readonly number[];

/** The kinds of a kernel's parameters: an address or size in bytes, or a number. */
export type ParameterKind = "address" | "number";

/** A kernel: its parameters, whether it returns a number, and the instructions of its body. */
export interface Kernel {
  readonly parameters: readonly ParameterKind[];
  readonly returns: boolean;
  readonly vectors: number;
  readonly code: readonly number[];
}

const I32 = 0x7f, F32 = 0x7d, V128 = 0x7b, VOID = 0x40, END = 0x0b;
const VECTOR_BYTES = 16, ELEMENT_BYTES = 4;
const typeOf = { address: I32, number: F32 } as const;

/**
 * Builds a kernel.
 *
 * @param parameters Names and kinds, in the order in which they are passed.
 * @param body Writes the kernel from its parameters; numbers are there as vectors of four times the same. What it
 *   returns, one element of a vector, is returned by the kernel.
 */
export function kernel<Name extends string>(
  parameters: Readonly<Record<Name, ParameterKind>>,
  body: (builder: KernelBuilder, parameters: Record<Name, Value>) => Value | void,
): Kernel {
  const kinds = Object.values<ParameterKind>(parameters), builder = new KernelBuilder(kinds.length);
  const values = {} as Record<Name, Value>;
  Object.keys(parameters).forEach((name, i) => {
    const value = [0x20, ...unsigned(i)];
    values[name as Name] = kinds[i] === "number" ? builder.keep([...value, ...SPLAT]) : value;
  });
  const result = body(builder, values);
  const code = [...builder.constants, ...builder.code, ...(result ?? []), END];
  return { parameters: kinds, returns: result !== undefined, vectors: builder.vectors, code };
}

/** What a kernel's body is written with. */
export class KernelBuilder {
  /** Comes before the code: a constant that is made within a loop is made in every round, for half of its time. */
  readonly constants: number[] = [];
  readonly code: number[] = [];
  /** Locals that hold a vector; the one before them counts the bytes of the present loop. */
  vectors = 0;
  readonly #counter: number;
  readonly #constants = new Map<string, Value>();

  constructor(parameters: number) {
    this.#counter = parameters;
  }

  /** A vector of four times the same number. */
  number(value: number): Value {
    return this.#constant(Array(4).fill(new Int32Array(Float32Array.of(value).buffer)[0]));
  }

  #constant(words: readonly number[]): Value {
    const bytes = [...new Uint8Array(Int32Array.from(words).buffer)], key = bytes.join();
    let value = this.#constants.get(key);
    if (!value) {
      const index = unsigned(this.#counter + ++this.vectors);
      this.constants.push(0xfd, 0x0c, ...bytes, 0x21, ...index);
      this.#constants.set(key, value = [0x20, ...index]);
    }
    return value;
  }

  /** Computes a vector once, for any number of uses. */
  keep(vector: Value): Value {
    return this.variable(vector).value;
  }

  /** A vector that changes. */
  variable(vector: Value): { readonly value: Value; set(vector: Value): void } {
    const index = unsigned(this.#counter + ++this.vectors);
    const set = (vector: Value) => void this.code.push(...vector, 0x21, ...index);
    set(vector);
    return { value: [0x20, ...index], set };
  }

  /** Runs `body` on four elements at a time of arrays of `bytes` bytes, then on what is left, one by one. */
  forEach(bytes: Value, body: (lanes: Lanes) => void): void {
    const local = unsigned(this.#counter), i = [0x20, ...local], { code } = this;
    code.push(0x41, 0, 0x21, ...local);
    for (const wide of [true, false]) {
      // block { loop { if (i + width > bytes) break; body; i += width; continue } }
      const next = [...i, 0x41, ...unsigned(wide ? VECTOR_BYTES : ELEMENT_BYTES), 0x6a];
      code.push(0x02, VOID, 0x03, VOID, ...next, ...bytes, 0x4b, 0x0d, 1);
      body(new Lanes(code, i, wide ? undefined : this.#constant([-1, 0, 0, 0])));
      code.push(...next, 0x21, ...local, 0x0c, 0, END, END);
    }
  }
}

/** The elements that one round of a loop works on: four, or a last one, which then fills all four lanes. */
export class Lanes {
  readonly #code: number[];
  readonly #i: Value;
  /** Bits of the first lane alone, where one element is left. */
  readonly #first?: Value;

  constructor(code: number[], i: Value, first?: Value) {
    this.#code = code;
    this.#i = i;
    this.#first = first;
  }

  /** The elements of the array at an address. */
  load(address: Value): Value {
    return [...address, ...this.#i, 0x6a, 0xfd, this.#first ? 0x09 : 0x00, 2, 0];
  }

  store(address: Value, vector: Value): void {
    this.#code.push(...address, ...this.#i, 0x6a, ...vector);
    this.#code.push(...(this.#first ? [0xfd, 0x5a, 2, 0, 0] : [0xfd, 0x0b, 2, 0]));
  }

  /** The vector with zeros in lanes that repeat the last element: for sums. */
  once(vector: Value): Value {
    return this.#first ? [...vector, ...this.#first, 0xfd, 0x4e] : vector;
  }
}

const binary = (...opcode: number[]) => (a: Value, b: Value): Value => [...a, ...b, 0xfd, ...opcode];

export const add = binary(0xe4, 0x01), subtract = binary(0xe5, 0x01);
export const multiply = binary(0xe6, 0x01), divide = binary(0xe7, 0x01);
/** The smaller or larger of each two; `a` where either is not a number. */
export const smaller = binary(0xea, 0x01), larger = binary(0xeb, 0x01);
/** The sum of the bits, taken as integers. */
export const addBits = binary(0xae, 0x01);
export const shiftLeft = (a: Value, bits: number): Value => [...a, 0x41, ...unsigned(bits), 0xfd, 0xab, 0x01];

/** The element of one lane. */
export const lane = (vector: Value, index: number): Value => [...vector, 0xfd, 0x1f, index];
export const sumOfLanes = (vector: Value): Value => fold(vector, 0x92);
/** The largest element; not a number if one is not. */
export const largestOfLanes = (vector: Value): Value => fold(vector, 0x97);

const fold = (vector: Value, opcode: number): Value => [
  ...[...lane(vector, 0), ...lane(vector, 1), opcode],
  ...[...lane(vector, 2), ...lane(vector, 3), opcode, opcode],
];
const SPLAT = [0xfd, 0x13];

/** A module of kernels that imports its memory as `env.memory`. */
export function assemble(kernels: Readonly<Record<string, Kernel>>): Uint8Array<ArrayBuffer> {
  const all = Object.values(kernels);
  const types = all.map(({ parameters, returns }) => [
    0x60,
    ...list(parameters.map((kind) => [typeOf[kind]])),
    ...list(returns ? [[F32]] : []),
  ]);
  const memory = [...name("env"), ...name("memory"), 0x02, 0x00, 0];
  const exported = Object.keys(kernels).map((key, i) => [...name(key), 0x00, ...unsigned(i)]);
  const bodies = all.map(({ vectors, code }) => {
    const body = [...list([[1, I32], [...unsigned(vectors), V128]]), ...code];
    return [...unsigned(body.length), ...body];
  });
  const section = (id: number, entries: readonly (readonly number[])[]) => {
    const content = list(entries);
    return [id, ...unsigned(content.length), ...content];
  };
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, types),
    ...section(2, [memory]),
    ...section(3, all.map((_, i) => unsigned(i))),
    ...section(7, exported),
    ...section(10, bodies),
  ]);
}

const list = (entries: readonly (readonly number[])[]): number[] => [
  ...unsigned(entries.length),
  ...entries.flat(),
];
const name = (text: string): number[] => list([...new TextEncoder().encode(text)].map((byte) => [byte]));

/** LEB128, of numbers below 64 the same signed and unsigned. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 0x7f; value >>>= 7) bytes.push(value & 0x7f | 0x80);
  return [...bytes, value];
}
