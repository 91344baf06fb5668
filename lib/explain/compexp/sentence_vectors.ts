import * as tf from "@tensorflow/tfjs-core";
import { hostValues } from "../../tensor/mod.ts";
import { lookUp } from "../neural/gradients.ts";
import type { RatedTask } from "./batch.ts";
import type { CompExpModel } from "./model.ts";
import { encode, encoderInput } from "./network.ts";
import type { CompExpParameters } from "./parameters.ts";

/** h of sentences, by their numbers. [H] each */
export type SentenceVectors = ReadonlyMap<number, Float32Array>;

/** Sentences that go through the encoder together. */
const ENCODED = 512;

/** h of all candidates and references of tasks, by their indices in the corpus. */
export function vectorsOfTasks(
  { ids, parameters }: CompExpModel,
  tasks: readonly RatedTask[],
): Promise<SentenceVectors> {
  const wanted = tasks.flatMap(({ candidates, references }) => [...candidates, ...references]);
  return encodeSentences(parameters, new Map(wanted.map((s) => [s, ids.of(s)])));
}

/** h of each of these sentences, by their numbers. */
export async function encodeSentences(
  parameters: CompExpParameters,
  sentences: ReadonlyMap<number, Int32Array>,
): Promise<SentenceVectors> {
  const H = parameters.sizes.hidden, engine = tf.engine();
  // Of similar length together, so that little is padding.
  const sorted = [...sentences].sort(([a, x], [b, y]) => x.length - y.length || a - b);
  const found = new Map<number, Float32Array>();
  for (let start = 0; start < sorted.length; start += ENCODED) {
    const part = sorted.slice(start, start + ENCODED);
    const input = encoderInput(part.map(([, ids]) => ids));
    engine.startScope("encode");
    try {
      const h = await hostValues(encode(parameters, input, lookUp(parameters.all, "words", input.ids)));
      part.forEach(([s], i) => found.set(s, h.slice(i * H, (i + 1) * H)));
    } finally {
      engine.endScope();
    }
  }
  return found;
}
