import type { Balancer } from "./balancer.ts";
import { checkedOptions } from "./checked_options.ts";
import type { MethodDefinition } from "./definition.ts";
import { alignedMtl } from "./methods/aligned_mtl.ts";
import { cagrad } from "./methods/cagrad.ts";
import { config } from "./methods/config.ts";
import { crMogm } from "./methods/cr_mogm.ts";
import { dbMtl } from "./methods/db_mtl.ts";
import { dualproj } from "./methods/dualproj.ts";
import { dwa } from "./methods/dwa.ts";
import { ew } from "./methods/ew.ts";
import { excessMtl } from "./methods/excess_mtl.ts";
import { fairgrad } from "./methods/fairgrad.ts";
import { famo } from "./methods/famo.ts";
import { gls } from "./methods/gls.ts";
import { gradcraft } from "./methods/gradcraft.ts";
import { graddrop } from "./methods/graddrop.ts";
import { gradnorm } from "./methods/gradnorm.ts";
import { gradvac } from "./methods/gradvac.ts";
import { imtlG } from "./methods/imtl_g.ts";
import { imtlL } from "./methods/imtl_l.ts";
import { metabalance } from "./methods/metabalance.ts";
import { mgda } from "./methods/mgda.ts";
import { moco } from "./methods/moco.ts";
import { modo } from "./methods/modo.ts";
import { multibalance } from "./methods/multibalance.ts";
import { nashMtl } from "./methods/nash_mtl.ts";
import { pcgrad } from "./methods/pcgrad.ts";
import { rlw } from "./methods/rlw.ts";
import { sdmgrad } from "./methods/sdmgrad.ts";
import { si } from "./methods/si.ts";
import { staticWeights } from "./methods/static.ts";
import { stch } from "./methods/stch.ts";
import { upgrad } from "./methods/upgrad.ts";
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
  imtlL,
  stch,
  famo,
  gradnorm,
  multibalance,
  mgda,
  imtlG,
  pcgrad,
  gradvac,
  moco,
  cagrad,
  nashMtl,
  fairgrad,
  alignedMtl,
  config,
  upgrad,
  dualproj,
  sdmgrad,
  modo,
  metabalance,
  gradcraft,
  graddrop,
  excessMtl,
  dbMtl,
  crMogm(() => methods),
];

/** The names that {@link createBalancer} takes. */
export const balancerNames: readonly string[] = Object.freeze(methods.map(({ name }) => name));

/**
 * The definition of a method.
 *
 * @throws {RangeError} If there is no such method.
 */
export function definitionOf(name: string): MethodDefinition {
  const method = methods.find((method) => method.name === name);
  if (method === undefined) {
    throw new RangeError(
      `Cannot create balancer '${name}': there is no such method, ${expectedNames(name, balancerNames)}`,
    );
  }
  return method;
}

/**
 * Makes a balancer, ready for its first step.
 *
 * @param name One of {@link balancerNames}.
 * @param options The method's options; what they mean and their defaults stand in the method's file.
 * @throws {RangeError} If the method or an option is unknown, or an option is missing or out of its range.
 */
export function createBalancer(name: string, options: Record<string, unknown> = {}): Balancer {
  const method = definitionOf(name);
  return rememberingBalancer(method, checkedOptions(method, options));
}

/**
 * The options that a method takes.
 *
 * @throws {RangeError} If the method is unknown.
 */
export function balancerOptionNames(name: string): readonly string[] {
  return Object.keys(definitionOf(name).options);
}

/**
 * What a method reads of a step.
 *
 * @throws {RangeError} If the method is unknown.
 */
export function balancerNeeds(name: string): Balancer["needs"] {
  return definitionOf(name).needs;
}
