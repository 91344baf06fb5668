import type * as tf from "@tensorflow/tfjs-core";
import { createRandom } from "../../random/mod.ts";
import { type GruVariables, type LinearVariables, Parameters } from "../neural/parameters.ts";
import { differenceCount } from "./batch.ts";
import { evidenceCount } from "./evidence.ts";
import type { CompleteSizes } from "./options.ts";

/** The parameters of CompExp: the encoder of sentences, the extractor's mixture, the refiner. */
export interface CompExpParameters {
  readonly all: Parameters;
  readonly sizes: CompleteSizes;
  /** The two directions of the encoder; its word embeddings are the table `words`. */
  readonly forward: GruVariables;
  readonly backward: GruVariables;
  /** e: a row for each whole difference of ratings. [differenceCount, ratingWidth] */
  readonly ratings: tf.Variable;
  /** W, b of ctx_j. */
  readonly context: LinearVariables;
  /** w, the weight of each evidence [evidenceCount, 1], and lambda, that of the mixture; undefined in the paper's form. */
  readonly evidence?: { readonly w: tf.Variable; readonly lambda: tf.Variable };
  /** The scalars a and b of t_j. */
  readonly refine: { readonly a: tf.Variable; readonly b: tf.Variable };
  /** How much better a rewriting must look than an extracted sentence to be said, in ln P; set after training. */
  readonly margin: tf.Variable;
  /** The writer; its word embeddings are the table `written`. */
  readonly writer: GruVariables;
  readonly output: LinearVariables;
}

/**
 * @param words Words of the vocabulary, V.
 * @param seed Of what they start from; null for parameters that are loaded.
 */
export function createParameters(
  sizes: CompleteSizes,
  words: number,
  seed: number | string | null,
): CompExpParameters {
  const { embedding, hidden, ratingWidth } = sizes;
  const all = new Parameters(seed === null ? undefined : createRandom(`${seed}/compexp`));
  all.table("words", words, embedding);
  all.table("written", words, embedding);
  return {
    all,
    sizes,
    forward: all.gru("forward", embedding, hidden),
    backward: all.gru("backward", embedding, hidden),
    ratings: all.uniform("ratings", [differenceCount, ratingWidth], 0.1),
    context: all.linear("context", hidden + ratingWidth, hidden),
    ...sizes.evidence && {
      evidence: {
        w: all.constant("evidence.w", [evidenceCount, 1], 0),
        // Little at first: a mixture that has learnt nothing is noise beside the evidence.
        lambda: all.constant("evidence.lambda", [], 0.3),
      },
    },
    refine: { a: all.constant("refine.a", [], 0.1), b: all.constant("refine.b", [], 0) },
    margin: all.constant("margin", [], 0),
    writer: all.gru("writer", embedding, hidden),
    output: all.linear("output", hidden, words),
  };
}
