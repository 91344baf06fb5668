import * as tf from "@tensorflow/tfjs-core";
import { hostValues } from "../../tensor/mod.ts";
import { lookUp } from "../neural/gradients.ts";
import type { RatedTask } from "./batch.ts";
import type { CompExpModel } from "./model.ts";
import { type Choose, prototypesOf } from "./prototypes.ts";
import { writtenLoss } from "./network.ts";
import { writerInput } from "../neural/sequences.ts";

/** Sentences that are read together. */
const READ = 128;

/**
 * Per-word perplexity of the sentences of the users' own reviews under the refiner, which starts from what it would rewrite:
 * e to the mean of -ln p over all words and end marks; a word that is not in the vocabulary counts as `<unk>`.
 *
 * @param tasks With targets; those without are passed over.
 * @param choose The candidate that is rewritten, instead of the most probable.
 * @returns From 1 up; lower is better.
 * @throws {RangeError} If no task has a target.
 */
export async function refinerPerplexity(
  model: CompExpModel,
  tasks: readonly RatedTask[],
  choose?: Choose,
): Promise<number> {
  const { ids, parameters } = model, H = parameters.sizes.hidden, engine = tf.engine();
  const starts: Float32Array[] = [];
  for await (const { part, choices } of prototypesOf(model, tasks, 1, choose)) {
    part.forEach((_, b) => starts.push(choices.starts.slice(b * H, (b + 1) * H)));
  }
  const all = tasks.flatMap(({ targets }, t) => targets.map((s) => ({ t, words: ids.of(s) })))
    .sort((a, b) => a.words.length - b.words.length || a.t - b.t);
  if (all.length === 0) {
    throw new RangeError("Cannot measure perplexity: there are no target sentences, expected at least one");
  }
  let loss = 0, words = 0;
  for (let start = 0; start < all.length; start += READ) {
    const part = all.slice(start, start + READ);
    engine.startScope("perplexity");
    try {
      const input = writerInput(part.map(({ words }) => words), part.map(() => 1));
      const h0 = new Float32Array(part.length * H);
      part.forEach(({ t }, i) => h0.set(starts[t], i * H));
      const sum = writtenLoss(
        parameters,
        input,
        lookUp(parameters.all, "written", input.ids),
        tf.tensor2d(h0, [part.length, H]),
      );
      loss += (await hostValues(sum))[0];
      words += input.lengths.reduce((sum, length) => sum + length, 0);
    } finally {
      engine.endScope();
    }
  }
  return Math.exp(loss / words);
}
