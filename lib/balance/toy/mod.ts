/**
 * The two-objective toy, and the balancers that descend it. A door of its own beside `lib/balance/mod.ts`: its stages
 * load no tensors and no data, and a change of the trainer does not rerun them.
 */
export { defaultBalancers, type NamedBalancer, parseBalancer, parseBalancers } from "../balancer_text.ts";
export { balancerNames, createBalancer } from "../registry.ts";
export { descend, type Descent, FRONT_TOLERANCE } from "./descent.ts";
export { type Objectives, objectives, type Point } from "./objectives.ts";
export { distanceToParetoSet, paretoSet, paretoX2 } from "./pareto_set.ts";
export {
  type KnownOutcome,
  knownOutcomes,
  type ToyScale,
  toyScales,
  type ToySetting,
  toySettings,
} from "./settings.ts";
