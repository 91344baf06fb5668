/** Elementary functions of vectors, to about float32's precision. */
import {
  add,
  addBits,
  divide,
  type KernelBuilder,
  larger,
  multiply,
  shiftLeft,
  smaller,
  subtract,
  type Value,
} from "./assembler.ts";

/** Added and subtracted, it rounds numbers below 2^22 to integers, which then are the lowest bits of the sum. */
const ROUNDER = 1.5 * 2 ** 23;

/** ln 2 in two parts: a multiple of the first by an integer below 2^9 is exact. */
const LN2_HIGH = 355 / 512, LN2_LOW = Math.LN2 - LN2_HIGH;

/**
 * e^x = 2^k e^r with k = round(x / ln 2). Beyond -87 and 88 it keeps the value that it has there, 1.6e-38 and 1.7e38.
 *
 * Taylor's series of e^r up to |r| = ln(2)/2, in pairs of terms, so that the processor need not wait for one after the
 * other. Relative error below 3e-7.
 */
export function exp(builder: KernelBuilder, x: Value): Value {
  const c = (value: number) => builder.number(value);
  const clamped = builder.keep(smaller(larger(x, c(-87)), c(88)));
  const rounded = builder.keep(add(multiply(clamped, c(Math.LOG2E)), c(ROUNDER)));
  const k = builder.keep(subtract(rounded, c(ROUNDER)));
  const r = builder.keep(subtract(subtract(clamped, multiply(k, c(LN2_HIGH))), multiply(k, c(LN2_LOW))));
  const r2 = builder.keep(multiply(r, r));
  const pair = (odd: number, even: number) => add(multiply(r, c(odd)), c(even));
  const sixth = add(multiply(r2, c(1 / 720)), pair(1 / 120, 1 / 24));
  const power = add(multiply(add(multiply(sixth, r2), pair(1 / 6, 1 / 2)), r2), pair(1, 1));
  return addBits(power, shiftLeft(rounded, 23));
}

/** 1/(1 + e^-x), with an error below 2e-7. */
export function sigmoid(builder: KernelBuilder, x: Value): Value {
  return divide(builder.number(1), add(builder.number(1), exp(builder, subtract(builder.number(0), x))));
}

/** 1 - 2/(1 + e^2x), with an error below 3e-7. */
export function tanh(builder: KernelBuilder, x: Value): Value {
  const power = exp(builder, add(x, x));
  return subtract(builder.number(1), divide(builder.number(2), add(builder.number(1), power)));
}
