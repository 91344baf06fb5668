import * as v from "valibot";
import type { BalancerState } from "./balancer.ts";

/** One step as methods on losses or the Gram matrix see it: checked, and copied from the caller. */
export interface WeighStep {
  readonly tasks: number;
  /** [tasks] */
  readonly losses: Float64Array;
  /** [tasks, tasks], row-major, exactly symmetric and positive semidefinite up to rounding; empty if the method needs losses alone. */
  readonly gram: Float64Array;
  readonly step: number;
}

/** One step as methods on gradients see it: checked; the gradients are the caller's own, never to be written. */
export interface CombineStep {
  readonly tasks: number;
  /** [tasks] */
  readonly losses: Float64Array;
  /** [tasks][length] */
  readonly gradients: readonly Float32Array[];
  readonly step: number;
}

/** Options as a method sees them: checked, defaults filled in. */
type Options<Entries extends v.ObjectEntries> = v.InferOutput<v.ObjectSchema<Entries, undefined>>;

interface Common<Entries extends v.ObjectEntries, State extends BalancerState> {
  /** What `createBalancer` takes. */
  readonly name: string;
  /** valibot schemas of the options, by name; all defaults are here. */
  readonly options: Entries;
  /**
   * Checks options that depend on each other, and fills in what they determine, after each was checked alone.
   *
   * @throws {RangeError} If they cannot go together.
   */
  resolve?(options: Options<Entries>): Options<Entries>;
  /** What the method remembers before its first step; a method without it remembers nothing. */
  initialState?(tasks: number, options: Options<Entries>): State;
}

interface Weighing<Entries extends v.ObjectEntries, State extends BalancerState>
  extends Common<Entries, State> {
  readonly needs: "losses" | "gram";
  /** One step: the weights [tasks], a fresh array. Updates `state` in place. */
  weigh(step: WeighStep, options: Options<Entries>, state: State): Float64Array;
}

interface Combining<Entries extends v.ObjectEntries, State extends BalancerState>
  extends Common<Entries, State> {
  readonly needs: "gradients";
  /** One step: the direction [length], a fresh array. Updates `state` in place. */
  combine(step: CombineStep, options: Options<Entries>, state: State): Float32Array;
}

/** The definition of a balancing method. Its state is plain named arrays, so all are saved and reset alike. */
export type MethodDefinition =
  | Weighing<v.ObjectEntries, BalancerState>
  | Combining<v.ObjectEntries, BalancerState>;

/** Defines a balancing method; its options and state keep their types inside. */
export function defineMethod<Entries extends v.ObjectEntries, State extends BalancerState>(
  definition: Weighing<Entries, State> | Combining<Entries, State>,
): MethodDefinition {
  return definition as unknown as MethodDefinition;
}

/** A finite number of a closed range. */
export function numberFrom(low: number, high = Infinity) {
  const range = high === Infinity ? `${low} up` : `${low} to ${high}`;
  return v.pipe(
    v.number(),
    v.check((x) => Number.isFinite(x) && x >= low && x <= high, `a number from ${range}`),
  );
}

/** A seed of `createRandom`. */
export const seed = v.pipe(v.number(), v.check((x) => Number.isSafeInteger(x), "an integer"));

/** An integer from `low` up. */
export function countFrom(low: number) {
  return v.pipe(v.number(), v.check((x) => Number.isSafeInteger(x) && x >= low, `an integer from ${low} up`));
}
