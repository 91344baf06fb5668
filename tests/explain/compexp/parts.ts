/** The parts of lib/explain/compexp, which the library itself keeps to its models. */
export * from "../../../lib/explain/mod.ts";
export { inverseDocumentFrequency } from "../../../lib/eval/mod.ts";
export * from "../../../lib/explain/compexp/batch.ts";
export * from "../../../lib/explain/compexp/choose.ts";
export { evidenceCount, SentenceEvidence } from "../../../lib/explain/compexp/evidence.ts";
export * from "../../../lib/explain/compexp/hypotheses.ts";
export * from "../../../lib/explain/compexp/margin.ts";
export * from "../../../lib/explain/compexp/mixture.ts";
export * from "../../../lib/explain/compexp/network.ts";
export * from "../../../lib/explain/compexp/policy.ts";
export * from "../../../lib/explain/compexp/pretrain.ts";
export * from "../../../lib/explain/compexp/prototypes.ts";
export type { RewardTask } from "../../../lib/explain/compexp/rewards.ts";
export * from "../../../lib/explain/compexp/sentence_vectors.ts";
export * from "../../../lib/explain/compexp/train.ts";
export * from "../../../lib/explain/compexp/training_units.ts";
export * from "../../../lib/explain/compexp/warm_up.ts";
export type { LossGradients } from "../../../lib/explain/neural/gradients.ts";
