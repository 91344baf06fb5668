/** The kernels of fused operations, in the memory of the WASM backend. */
import type { WasmBackend } from "../backends/wasm_heap.ts";
import {
  add,
  assemble,
  kernel,
  larger,
  largestOfLanes,
  multiply,
  subtract,
  sumOfLanes,
  type Value,
} from "./assembler.ts";
import { exp, sigmoid, tanh } from "./functions.ts";

/** z <- z + b; returns the largest element. */
const addBias = kernel({ z: "address", b: "address", bytes: "address" }, (f, { z, b, bytes }) => {
  const largest = f.variable(f.number(-Infinity));
  f.forEach(bytes, (lanes) => {
    const sum = f.keep(add(lanes.load(z), lanes.load(b)));
    largest.set(larger(largest.value, sum));
    lanes.store(z, sum);
  });
  return largestOfLanes(largest.value);
});

/** z <- e^(z - shift); returns the sum of the elements. */
const expSum = kernel({ z: "address", shift: "number", bytes: "address" }, (f, { z, shift, bytes }) => {
  const total = f.variable(f.number(0));
  f.forEach(bytes, (lanes) => {
    const power = f.keep(exp(f, subtract(lanes.load(z), shift)));
    total.set(add(total.value, lanes.once(power)));
    lanes.store(z, power);
  });
  return sumOfLanes(total.value);
});

/** z <- z scale; total <- total + z. */
const scaleInto = kernel(
  { z: "address", scale: "number", total: "address", bytes: "address" },
  (f, { z, scale, total, bytes }) =>
    f.forEach(bytes, (lanes) => {
      const scaled = f.keep(multiply(lanes.load(z), scale));
      lanes.store(z, scaled);
      lanes.store(total, add(lanes.load(total), scaled));
    }),
);

/** to <- to + from */
const addInto = kernel(
  { to: "address", from: "address", bytes: "address" },
  (f, { to, from, bytes }) =>
    f.forEach(bytes, (lanes) => lanes.store(to, add(lanes.load(to), lanes.load(from)))),
);

/**
 * The gates of one row of a GRU. On entry r, z and n hold the row of x W, and ur, uz and un that of h U. On return r, z
 * and n hold the gates, and q = U_n h + c_n; out = (1 - z) n + z h. The biases are those of W and U together for r and
 * z, those of W for n, and those of U for q.
 */
const gruForward = kernel(
  {
    ...{ r: "address", z: "address", n: "address", q: "address" },
    ...{ ur: "address", uz: "address", un: "address" },
    ...{ br: "address", bz: "address", bn: "address", bq: "address" },
    ...{ h: "address", out: "address", bytes: "address" },
  },
  (f, p) =>
    f.forEach(p.bytes, (lanes) => {
      const load = (address: Value) => lanes.load(address);
      const r = f.keep(sigmoid(f, add(add(load(p.r), load(p.ur)), load(p.br))));
      const z = f.keep(sigmoid(f, add(add(load(p.z), load(p.uz)), load(p.bz))));
      const q = f.keep(add(load(p.un), load(p.bq)));
      const n = f.keep(tanh(f, add(add(load(p.n), load(p.bn)), multiply(r, q))));
      lanes.store(p.r, r);
      lanes.store(p.z, z);
      lanes.store(p.n, n);
      lanes.store(p.q, q);
      lanes.store(p.out, add(n, multiply(z, subtract(load(p.h), n))));
    }),
);

/**
 * The gradient of one row of a GRU by x W (dr, dz, dn) and h U (ur, uz, un), from d, that by its new state. On return
 * d is the part that reaches the state before without U.
 */
const gruBackward = kernel(
  {
    ...{ r: "address", z: "address", n: "address", q: "address", h: "address", d: "address" },
    ...{ dr: "address", dz: "address", dn: "address", ur: "address", uz: "address", un: "address" },
    bytes: "address",
  },
  (f, p) =>
    f.forEach(p.bytes, (lanes) => {
      const one = f.number(1);
      const [r, z, n, q, h, d] = [p.r, p.z, p.n, p.q, p.h, p.d].map((address) => f.keep(lanes.load(address)));
      const kept = f.keep(subtract(one, z));
      const dn = f.keep(multiply(multiply(d, kept), subtract(one, multiply(n, n))));
      const dz = f.keep(multiply(multiply(d, subtract(h, n)), multiply(z, kept)));
      const dr = f.keep(multiply(multiply(dn, q), multiply(r, subtract(one, r))));
      lanes.store(p.dr, dr);
      lanes.store(p.dz, dz);
      lanes.store(p.dn, dn);
      lanes.store(p.ur, dr);
      lanes.store(p.uz, dz);
      lanes.store(p.un, multiply(dn, r));
      lanes.store(p.d, multiply(d, z));
    }),
);

const module = new WebAssembly.Module(
  assemble({ addBias, expSum, scaleInto, addInto, gruForward, gruBackward }),
);

/** The kernels above, of one row each: all arguments are addresses, sizes in bytes, or numbers. */
export interface Kernels {
  addBias(z: number, b: number, bytes: number): number;
  expSum(z: number, shift: number, bytes: number): number;
  scaleInto(z: number, scale: number, total: number, bytes: number): void;
  addInto(to: number, from: number, bytes: number): void;
  gruForward(...addressesAndBytes: number[]): void;
  gruBackward(...addressesAndBytes: number[]): void;
}

const instances = new WeakMap<WebAssembly.Memory, Kernels>();

/** The kernels that work in a backend's memory. */
export function kernelsOf(backend: WasmBackend): Kernels {
  const { memory } = backend.wasm.asm;
  let kernels = instances.get(memory);
  if (!kernels) {
    kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels;
    instances.set(memory, kernels);
  }
  return kernels;
}
