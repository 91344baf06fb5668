/** Tensors: TensorFlow.js backends, differentiation with several backward passes, optimizers and checkpoints. */
export {
  type ActiveBackend,
  type BackendName,
  backendNames,
  type BackendOptions,
  type BackendReport,
  type BackendRequest,
  backendRequests,
  describeBackend,
  inspectBackend,
  inspectBackends,
  resolveBackend,
  useBackend,
} from "./backend.ts";
export { EmbeddingTables, type RowGradient, type RowIndex } from "./embedding_tables.ts";
export { filledTensor } from "./filled_tensor.ts";
export { clipGradientNorm, type ClippedNorm } from "./gradient_norm.ts";
export { gramMatrix, gramOfRows, weightedSum } from "./gram.ts";
export { hostValues } from "./host_values.ts";
export { attention } from "./ops/attention.ts";
export { binaryCrossEntropy } from "./ops/binary_cross_entropy.ts";
export { copies } from "./ops/copies.ts";
export { type Activation, dense } from "./ops/dense.ts";
export { gruFinal, gruStates, gruStep } from "./ops/gru/gru.ts";
export { type GruWeights } from "./ops/gru/weights.ts";
export { labelWeights } from "./ops/label_weights.ts";
export { layerNorm } from "./ops/layer_norm.ts";
export { softmaxCrossEntropy } from "./ops/softmax_cross_entropy.ts";
export { splitParts } from "./ops/split_parts.ts";
export { squaredError } from "./ops/squared_error.ts";
export { vocabularyCrossEntropy } from "./ops/vocabulary/cross_entropy.ts";
export { vocabularyArgmax, vocabularyLogProbabilities } from "./ops/vocabulary/decoding.ts";
export { Adam } from "./optimizers/adam.ts";
export { type AdamOptions } from "./optimizers/adam_kernel.ts";
export { type OptimizerState, type Resumable } from "./optimizers/optimizer_state.ts";
export {
  rowWiseAdagrad,
  type RowWiseAdagradOptions,
  sparseAdam,
  type SparseOptimizer,
} from "./optimizers/sparse.ts";
export { loadSafetensors, saveSafetensors, type StoredTensor } from "./safetensors.ts";
export { updateVariable } from "./update_variable.ts";
export { type Vjp, vjp } from "./vjp.ts";
