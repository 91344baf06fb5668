/** The methods that an experiment compares: which names there are, and the rows that they make in tables. */
import * as v from "valibot";
import { balancerNames, balancerNeeds, methodOf } from "../../lib/balance/mod.ts";
import { expectedNames } from "../../lib/text/mod.ts";
import { EQUAL_WEIGHTS, SINGLE_TASK } from "./names.ts";

/** A row of the tables. */
export interface MethodRow {
  readonly name: string;
  readonly label: string;
}

/** The words that tables have for methods; the others go by their own names. */
const labels: Readonly<Record<string, string>> = {
  [SINGLE_TASK]: "single-task models",
  [EQUAL_WEIGHTS]: "equal weights",
  "static": "static weights, tuned",
  "multibalance": "MultiBalance",
  "mgda": "MGDA",
  "imtl-g": "IMTL-G",
  "imtl-l": "IMTL-L",
  "pcgrad": "PCGrad",
  "moco": "MoCo",
  "cagrad": "CAGrad",
  "si": "scale-invariant",
  "uw": "uncertainty weighting",
  "dwa": "DWA",
  "gls": "GLS",
  "rlw": "RLW",
  "gradnorm": "GradNorm",
  "gradvac": "GradVac",
  "graddrop": "GradDrop",
  "nash-mtl": "Nash-MTL",
  "aligned-mtl": "Aligned-MTL",
  "famo": "FAMO",
  "fairgrad": "FairGrad",
  "stch": "STCH",
  "excess-mtl": "ExcessMTL",
  "db-mtl": "DB-MTL",
  "upgrad": "UPGrad",
  "dualproj": "DualProj",
  "sdmgrad": "SDMGrad",
  "modo": "MoDo",
  "config": "ConFIG",
  "cr-mogm": "CR-MOGM",
  "metabalance": "MetaBalance",
  "gradcraft": "GradCraft",
};

const PARAMETER_SUFFIX = "-param";

/** Every method that there is: single-task models, each balancer, and `-param` for the parameter level. */
export const methodNames: readonly string[] = [
  SINGLE_TASK,
  ...balancerNames,
  ...balancerNames.filter((name) => balancerNeeds(name) !== "losses").map((name) => name + PARAMETER_SUFFIX),
];

/** A list of methods: `["ew","mgda"]`, or `ew,mgda` on the command line. */
export const methodList = v.union([
  v.array(v.string()),
  v.pipe(v.string(), v.transform((text) => text.split(",").map((name) => name.trim()))),
]);

/**
 * The rows of a comparison: single-task models and equal weights, which the others are measured by, then the others as
 * they were asked for.
 *
 * @throws {RangeError} If there is no such method, naming the nearest.
 */
export function methodRows(names: readonly string[]): MethodRow[] {
  const unknown = names.find((name) => !methodNames.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(
      `Cannot compare methods: there is no method '${unknown}', ${expectedNames(unknown, methodNames)}`,
    );
  }
  return [...new Set([SINGLE_TASK, EQUAL_WEIGHTS, ...names])].map((name) => ({ name, label: labelOf(name) }));
}

/** Balancers of gradients among the rows, each once: those that have a level to compare. */
export function gradientBalancers(rows: readonly MethodRow[]): string[] {
  const methods = rows.filter(({ name }) => name !== SINGLE_TASK).map(({ name }) => methodOf(name));
  return [...new Set(methods.filter(({ level }) => level !== "loss").map(({ balancer }) => balancer))];
}

function labelOf(name: string): string {
  if (name === SINGLE_TASK) return labels[name];
  const { balancer, level } = methodOf(name), label = labels[balancer] ?? balancer;
  return level === "parameter" ? `${label}, parameters` : label;
}
