import * as v from "valibot";
import { expectedNames } from "../../text/mod.ts";
import type { BalancerState } from "../balancer.ts";
import { checkedOptions } from "../checked_options.ts";
import { defineMethod, type MethodDefinition, numberFrom } from "../definition.ts";

/** Marks the state of the smoothed method within that of this one. */
const INNER = "inner.";

/**
 * CR-MOGM, correlation-reduced stochastic multi-objective gradient manipulation: the weights of another method,
 * averaged over the steps, so that they depend less on the batch whose gradients they weigh.
 *
 *     w <- a w + (1 - a) w^,   w^ the other method's weights for this step; w starts as the first w^
 *
 * Zhou et al., "On the convergence of stochastic multi-objective gradient manipulation and beyond", NeurIPS 2022,
 * with a constant a.
 *
 * State: w [T], begun [1], and the state of the other method, its names behind `inner.`.
 *
 * @param methods All methods, called when one is named: this one is among them.
 */
export function crMogm(methods: () => readonly MethodDefinition[]): MethodDefinition {
  const weighing = (name: unknown) => {
    const method = methods().find((method) => method.name === name);
    if (method === undefined || method.needs === "gradients") {
      const known = methods().filter(({ needs }) => needs !== "gradients").map(({ name }) => name);
      const reason = method === undefined ? "no method" : "a method without weights";
      throw new RangeError(
        `Cannot create balancer 'cr-mogm': option 'method' is "${name}", ${reason}, ` +
          expectedNames(String(name), known),
      );
    }
    return method;
  };
  return defineMethod({
    name: "cr-mogm",
    needs: "gram",
    options: {
      /** Share of the past, 0 to 1; 0 is the other method itself, 1 keeps its first weights. */
      a: v.optional(numberFrom(0, 1), 0.9),
      /** Name of the method that is smoothed, one with `weigh`. */
      method: v.optional(v.string(), "mgda"),
      /** Options of that method. */
      options: v.optional(v.record(v.string(), v.unknown()), {}),
    },
    resolve: (given) => ({ ...given, options: checkedOptions(weighing(given.method), given.options) }),
    initialState(tasks, { method, options }): BalancerState {
      const inner = Object.entries(weighing(method).initialState?.(tasks, options) ?? {});
      return {
        w: new Float64Array(tasks),
        begun: new Float64Array(1),
        ...Object.fromEntries(inner.map(([key, array]) => [INNER + key, array])),
      };
    },
    weigh(step, { a, method, options }, state) {
      const kept = Object.entries(state).filter(([key]) => key.startsWith(INNER));
      const inner = Object.fromEntries(kept.map(([key, array]) => [key.slice(INNER.length), array]));
      const now = weighing(method).weigh(step, options, inner);
      // A method may put new arrays into its state.
      for (const [key, array] of Object.entries(inner)) state[INNER + key] = array;
      const { w, begun } = state;
      for (let i = 0; i < w.length; i++) w[i] = begun[0] === 0 ? now[i] : a * w[i] + (1 - a) * now[i];
      begun[0] = 1;
      return Float64Array.from(w);
    },
  });
}
