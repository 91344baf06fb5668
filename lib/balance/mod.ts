/** Balancing methods, and the multi-task models and the trainer that they serve. */
export { type Balancer, type BalancerState } from "./balancer.ts";
export { balancerNames, balancerNeeds, balancerOptionNames, createBalancer } from "./registry.ts";
export { defaultBalancers, type NamedBalancer, parseBalancer, parseBalancers } from "./balancer_text.ts";
export { type FirstStep, firstStep } from "./first_step.ts";
export { type GivenGram, readGram, readLosses } from "./given_gram.ts";
export { type Method, methodOf } from "./method.ts";
export { type Optimality } from "./optimality/condition.ts";
export { optimalityResiduals } from "./optimality/residuals.ts";
export { mmoe, type MmoeCut, mmoeCuts, type MmoeSizes } from "./models/mmoe.ts";
export { type ModelSizes, type MultiTaskModel, type Shared } from "./models/model.ts";
export { sharedBottom } from "./models/shared_bottom.ts";
export { binaryHeads, type TaskHead, taskHead } from "./models/task_head.ts";
export { type Backbone, backbones, type TrainConfig, trainConfig } from "./training/config.ts";
export {
  type BinaryScores,
  evaluate,
  meanRelativeLoss,
  type TaskScores,
  whereLabelled,
} from "./training/evaluate.ts";
export { measureTrainSteps, type StepTime, type Workload } from "./training/measure.ts";
export { createNetwork, createTrainState, disposeNetwork, type Network } from "./training/network.ts";
export { predict, type Predictions } from "./training/predict.ts";
export { baseLoss, staticCandidates } from "./training/static_candidates.ts";
export { trainedBalancer } from "./training/trained_balancer.ts";
export { type EpochRecord, train, type TrainedRun, type TrainHooks } from "./training/train.ts";
export {
  type DenseOptimizer,
  type Level,
  levels,
  type TrainState,
  trainStep,
} from "./training/train_step.ts";
export { copyWeights, loadNetwork, saveNetwork, setWeights, type Weights } from "./training/weights.ts";
