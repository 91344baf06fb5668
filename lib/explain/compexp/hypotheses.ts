import { type RatedTask, taskBatch } from "./batch.ts";
import { extractorLogP, mostProbable } from "./choose.ts";
import { evidenceCount } from "./evidence.ts";
import type { CompExpModel } from "./model.ts";
import { encodeSentences } from "./sentence_vectors.ts";

/** A sentence that may be said. */
export interface Hypothesis {
  readonly words: readonly string[];
  /** Place among the candidates of the sentence that was extracted, or rewritten. */
  readonly candidate: number;
  /** Whether these are the refiner's words; else the sentence is as it was. */
  readonly refined: boolean;
}

/**
 * ln P that the extractor would give to sentences if they were the candidates, for each task. What they share with others is
 * still measured among the task's own candidates.
 */
export async function scoreHypotheses(
  { corpus, parameters, evidence, ids }: CompExpModel,
  tasks: readonly RatedTask[],
  hypotheses: readonly (readonly Hypothesis[])[],
): Promise<readonly Float32Array[]> {
  // They stand in the candidates' slots, numbered from -2 down: they are no sentences of the corpus.
  const sentences = new Map(tasks.flatMap(({ references }) => references).map((s) => [s, ids.of(s)]));
  let next = -2;
  const numbered = hypotheses.map((own) =>
    own.map(({ words }) => {
      sentences.set(next, ids.encode(words));
      return next--;
    })
  );
  const batch = taskBatch(corpus, tasks.map((task, b) => ({ ...task, candidates: numbered[b] })), undefined);
  if (evidence !== undefined) {
    const width = batch.C * evidenceCount;
    tasks.forEach((task, b) => batch.evidence.set(evidence.measure(task, hypotheses[b]), b * width));
  }
  const known = await encodeSentences(parameters, sentences);
  return await extractorLogP(parameters, batch, known);
}

/**
 * The place of the hypothesis to say: the most probable, where a rewriting must be so by the margin.
 *
 * @param scores ln P of each.
 * @param admits Whether a rewriting may be said at all; default all.
 */
export function bestHypothesis(
  scores: Float32Array,
  hypotheses: readonly Hypothesis[],
  margin: number,
  admits: (rewriting: Hypothesis) => boolean = () => true,
): number {
  const judged = scores.map((score, i) => {
    if (!hypotheses[i].refined) return score;
    return admits(hypotheses[i]) ? score - margin : -Infinity;
  });
  return mostProbable(judged, 1)[0];
}
