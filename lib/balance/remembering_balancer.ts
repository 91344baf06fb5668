import type { Balancer, BalancerState } from "./balancer.ts";
import { checkedCombineStep, checkedWeighStep } from "./checked_step.ts";
import type { MethodDefinition } from "./definition.ts";

/**
 * The balancer of a method definition: checks every step, and keeps the method's state between steps.
 *
 * @param options Checked, defaults filled in.
 */
export function rememberingBalancer(method: MethodDefinition, options: Record<string, unknown>): Balancer {
  const { name, needs } = method;
  let remembered: { readonly tasks: number; readonly state: BalancerState } | undefined;

  const begin = (tasks: number) => ({ tasks, state: method.initialState?.(tasks, options) ?? {} });
  /** A step on the state for `tasks`; a first step that is refused leaves nothing remembered. */
  const remember = <Result>(tasks: number, step: (state: BalancerState) => Result): Result => {
    const forgetful = method.initialState === undefined;
    const current = remembered === undefined || forgetful ? begin(tasks) : remembered;
    if (current.tasks !== tasks) {
      throw new RangeError(
        `Cannot continue with '${name}': there are ${tasks} losses, ` +
          `expected ${current.tasks} as in the steps before; call reset() to begin anew`,
      );
    }
    const result = step(current.state);
    remembered = current;
    return result;
  };
  const step: Pick<Balancer, "weigh" | "combine"> = method.needs === "gradients"
    ? {
      combine(given) {
        const checked = checkedCombineStep(name, given);
        return remember(checked.tasks, (state) => method.combine(checked, options, state));
      },
    }
    : {
      weigh(given) {
        const checked = checkedWeighStep(name, method.needs === "gram", given);
        return remember(checked.tasks, (state) => method.weigh(checked, options, state));
      },
    };

  return {
    name,
    needs,
    ...step,
    reset() {
      remembered = undefined;
    },
    get lambda() {
      return remembered?.state.lambda?.slice() as Float64Array | undefined;
    },
    saveState() {
      if (remembered === undefined) return {};
      return { ...copied(remembered.state), tasks: Float64Array.of(remembered.tasks) };
    },
    restoreState(given) {
      if (Object.keys(given).length === 0) {
        remembered = undefined;
        return;
      }
      const { tasks, ...arrays } = given;
      if (tasks?.length !== 1 || !Number.isSafeInteger(tasks[0]) || tasks[0] < 1) {
        throw new RangeError(`Cannot restore '${name}': tasks is ${tasks}, expected one count from 1 up`);
      }
      const fresh = begin(tasks[0]);
      remembered = { ...fresh, state: restored(name, fresh.state, arrays) };
    },
  };
}

function copied(state: BalancerState): BalancerState {
  return Object.fromEntries(Object.entries(state).map(([key, array]) => [key, array.slice()]));
}

/** The given arrays as the types of `fresh`, a method's first state; arrays empty at first may have any length. */
function restored(
  name: string,
  fresh: BalancerState,
  given: Readonly<Record<string, ArrayLike<number>>>,
): BalancerState {
  const unknown = Object.keys(given).find((key) => !(key in fresh));
  if (unknown !== undefined) {
    throw new RangeError(
      `Cannot restore '${name}': its state has no '${unknown}', expected ${Object.keys(fresh)}`,
    );
  }
  return Object.fromEntries(
    Object.entries(fresh).map(([key, first]) => {
      const array = given[key];
      if (array === undefined || (first.length > 0 && array.length !== first.length)) {
        throw new RangeError(
          `Cannot restore '${name}': ${key} has ${array?.length ?? "no"} elements, expected ${first.length}`,
        );
      }
      return [key, first instanceof Float32Array ? Float32Array.from(array) : Float64Array.from(array)];
    }),
  );
}
