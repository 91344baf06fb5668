import type { Level } from "./training/train_step.ts";
import { balancerNeeds } from "./registry.ts";

/** A balancer at the level where it works: a row of the tables. */
export interface Method {
  /** `mgda` at the representation, `mgda-param` at the shared parameters. */
  readonly name: string;
  readonly balancer: string;
  readonly level: Level;
}

const PARAMETER_SUFFIX = "-param";

/**
 * The method of a name: that of a balancer, with `-param` behind it for the parameter level. Balancers that read
 * losses alone, such as `ew`, work on the losses.
 *
 * @throws {RangeError} If there is no such balancer, or it has no parameter level.
 */
export function methodOf(name: string): Method {
  const atParameters = name.endsWith(PARAMETER_SUFFIX);
  const balancer = atParameters ? name.slice(0, -PARAMETER_SUFFIX.length) : name;
  const byLoss = balancerNeeds(balancer) === "losses";
  if (byLoss && atParameters) {
    throw new RangeError(`Cannot use method '${name}': ${balancer} weighs losses, expected '${balancer}'`);
  }
  return { name, balancer, level: byLoss ? "loss" : atParameters ? "parameter" : "representation" };
}
