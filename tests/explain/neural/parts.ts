/** The parts of lib/explain/neural, which the library itself keeps to its models. */
export * from "../../../lib/explain/neural/beam.ts";
export * from "../../../lib/explain/neural/decode.ts";
export * from "../../../lib/explain/neural/dropout.ts";
export * from "../../../lib/explain/neural/fit.ts";
export * from "../../../lib/explain/neural/gradients.ts";
export * from "../../../lib/explain/neural/optimizer.ts";
export * from "../../../lib/explain/neural/parameters.ts";
