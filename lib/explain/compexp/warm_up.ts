import * as tf from "@tensorflow/tfjs-core";
import type { Random } from "../../random/mod.ts";
import { hostValues } from "../../tensor/mod.ts";
import { sentencesOfSplit } from "../corpus/sentences_of_split.ts";
import { batchesBySimilarLength } from "../neural/similar_lengths.ts";
import { dropout } from "../neural/dropout.ts";
import { lookUp, type LossGradients, lossGradients } from "../neural/gradients.ts";
import type { CompExpModel } from "./model.ts";
import { encode, encoderInput, writtenLoss } from "./network.ts";
import { writerInput } from "../neural/sequences.ts";

/** Sentences that are read together where nothing is learnt. */
const READ = 256;

/**
 * Loss and gradients of the warm-up: the writer learns to say again what the encoder read, from every training sentence, before
 * it learns to rewrite. The mean over words of -ln p(word | words before it, h(x)).
 *
 * @param sentences By index.
 */
export function warmUpGradients(
  { ids, parameters }: CompExpModel,
  sentences: readonly number[],
  random: Random,
): Promise<LossGradients> {
  const { sizes } = parameters;
  const encoded = sentences.map((s) => ids.of(s));
  const input = encoderInput(encoded);
  const words = encoded.reduce((sum, { length }) => sum + length + 1, 0);
  const written = writerInput(encoded, encoded.map(() => 1 / words));
  return lossGradients(parameters.all, { words: input.ids, written: written.ids }, (rows) => {
    const h = encode(parameters, input, dropout(rows.words, sizes.dropout, random.fork("words")));
    return writtenLoss(parameters, written, dropout(rows.written, sizes.dropout, random.fork("written")), h);
  });
}

/**
 * The mean -ln p of the words and end marks of sentences that are said again.
 *
 * @throws {RangeError} If there are no sentences.
 */
export async function warmUpLoss(
  { ids, parameters }: CompExpModel,
  sentences: readonly number[],
): Promise<number> {
  if (sentences.length === 0) {
    throw new RangeError("Cannot measure surprise: there are no sentences, expected at least one");
  }
  const engine = tf.engine();
  let loss = 0, words = 0;
  for (let start = 0; start < sentences.length; start += READ) {
    const encoded = sentences.slice(start, start + READ).map((s) => ids.of(s));
    const input = encoderInput(encoded), written = writerInput(encoded, encoded.map(() => 1));
    engine.startScope("read");
    try {
      const h = encode(parameters, input, lookUp(parameters.all, "words", input.ids));
      const sum = writtenLoss(parameters, written, lookUp(parameters.all, "written", written.ids), h);
      loss += (await hostValues(sum))[0];
      words += encoded.reduce((sum, { length }) => sum + length + 1, 0);
    } finally {
      engine.endScope();
    }
  }
  return loss / words;
}

/** Training sentences in shuffled batches, those of one batch of similar length. */
export function sentenceBatches(
  { corpus, ids }: CompExpModel,
  size: number,
  random: Random,
): Generator<number[]> {
  return batchesBySimilarLength(sentencesOfSplit(corpus, "train"), (s) => ids.of(s).length, size, random);
}
