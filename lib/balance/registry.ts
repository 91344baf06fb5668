import type { Balancer } from "./balancer.ts";
import { checkedOptions } from "./checked_options.ts";
import type { MethodDefinition } from "./definition.ts";
import { cagrad } from "./methods/cagrad.ts";
import { ew } from "./methods/ew.ts";
import { imtlG } from "./methods/imtl_g.ts";
import { mgda } from "./methods/mgda.ts";
import { moco } from "./methods/moco.ts";
import { multibalance } from "./methods/multibalance.ts";
import { pcgrad } from "./methods/pcgrad.ts";
import { staticWeights } from "./methods/static.ts";
import { expectedNames } from "../text/mod.ts";
import { rememberingBalancer } from "./remembering_balancer.ts";

/** Every method, in the order of the tables. */
const methods: readonly MethodDefinition[] = [
  ew,
  staticWeights,
  multibalance,
  mgda,
  imtlG,
  pcgrad,
  moco,
  cagrad,
];

/** The names that {@link createBalancer} takes. */
export const balancerNames: readonly string[] = Object.freeze(methods.map(({ name }) => name));

/**
 * Makes a balancer, ready for its first step.
 *
 * @param name One of {@link balancerNames}.
 * @param options The method's options; what they mean and their defaults stand in the method's file.
 * @throws {RangeError} If the method or an option is unknown, or an option is missing or out of its range.
 */
export function createBalancer(name: string, options: Record<string, unknown> = {}): Balancer {
  const method = methodNamed(name);
  return rememberingBalancer(method, checkedOptions(method, options));
}

/**
 * The options that a method takes.
 *
 * @throws {RangeError} If the method is unknown.
 */
export function balancerOptionNames(name: string): readonly string[] {
  return Object.keys(methodNamed(name).options);
}

/**
 * What a method reads of a step.
 *
 * @throws {RangeError} If the method is unknown.
 */
export function balancerNeeds(name: string): Balancer["needs"] {
  return methodNamed(name).needs;
}

function methodNamed(name: string): MethodDefinition {
  const method = methods.find((method) => method.name === name);
  if (method !== undefined) return method;
  throw new RangeError(
    `Cannot create balancer '${name}': there is no such method, ${expectedNames(name, balancerNames)}`,
  );
}
