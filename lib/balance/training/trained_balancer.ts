import type { Balancer } from "../balancer.ts";
import { balancerOptionNames, createBalancer } from "../registry.ts";
import type { TrainConfig } from "./config.ts";

/**
 * The balancer of a training run: a method that counts in epochs learns how many steps one has.
 *
 * @throws {RangeError} If the method or an option is unknown, or an option is missing or out of its range.
 */
export function trainedBalancer(
  { balancer, balancerOptions }: Pick<TrainConfig, "balancer" | "balancerOptions">,
  stepsPerEpoch: number,
): Balancer {
  const names = balancerOptionNames(balancer);
  return createBalancer(balancer, withStepsPerEpoch(balancerOptions, names, stepsPerEpoch));
}

/** The options, with `stepsPerEpoch` filled in if it is among the `names` of the method's options and not given. */
export function withStepsPerEpoch(
  options: Readonly<Record<string, unknown>>,
  names: readonly string[],
  stepsPerEpoch: number,
): Record<string, unknown> {
  return names.includes("stepsPerEpoch") ? { stepsPerEpoch, ...options } : { ...options };
}
