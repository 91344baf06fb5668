import type { Balancer } from "./balancer.ts";
import { checkedOptions } from "./checked_options.ts";
import type { MethodDefinition } from "./definition.ts";
import { cagrad } from "./methods/cagrad.ts";
import { dbMtl } from "./methods/db_mtl.ts";
import { dwa } from "./methods/dwa.ts";
import { ew } from "./methods/ew.ts";
import { excessMtl } from "./methods/excess_mtl.ts";
import { famo } from "./methods/famo.ts";
import { gls } from "./methods/gls.ts";
import { graddrop } from "./methods/graddrop.ts";
import { gradnorm } from "./methods/gradnorm.ts";
import { imtlG } from "./methods/imtl_g.ts";
import { imtlL } from "./methods/imtl_l.ts";
import { mgda } from "./methods/mgda.ts";
import { moco } from "./methods/moco.ts";
import { multibalance } from "./methods/multibalance.ts";
import { pcgrad } from "./methods/pcgrad.ts";
import { rlw } from "./methods/rlw.ts";
import { si } from "./methods/si.ts";
import { staticWeights } from "./methods/static.ts";
import { stch } from "./methods/stch.ts";
import { uw } from "./methods/uw.ts";
import { expectedNames } from "../text/mod.ts";
import { rememberingBalancer } from "./remembering_balancer.ts";

/** Every method, in the order of the tables. */
const methods: readonly MethodDefinition[] = [
  ew,
  staticWeights,
  si,
  uw,
  dwa,
  gls,
  rlw,
  multibalance,
  mgda,
  imtlG,
  pcgrad,
  moco,
  cagrad,
  gradnorm,
  imtlL,
  stch,
  famo,
  graddrop,
  excessMtl,
  dbMtl,
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
  const method = methods.find((method) => method.name === name);
  if (method === undefined) {
    throw new RangeError(
      `Cannot create balancer '${name}': there is no such method, ${expectedNames(name, balancerNames)}`,
    );
  }
  return rememberingBalancer(method, checkedOptions(method, options));
}
