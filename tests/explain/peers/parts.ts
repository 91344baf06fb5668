export * from "../../../lib/explain/mod.ts";
export { inverseDocumentFrequency } from "../../../lib/eval/mod.ts";
export * from "../../../lib/explain/peers/peer_model.ts";
export * from "../../../lib/explain/peers/sentence_batch.ts";
export * from "../../../lib/explain/peers/word_bag_loss.ts";
