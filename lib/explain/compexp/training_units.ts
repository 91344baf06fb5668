import type { Random } from "../../random/mod.ts";
import type { StoredCorpus } from "../corpus/store_corpus.ts";
import { tasksOfSplit } from "../corpus/task_maker.ts";
import type { RatedTask } from "./batch.ts";
import { placesAmong } from "./guide.ts";

/** A training review as a task, with what may be rewritten to one of its sentences. */
export interface TrainingUnit extends RatedTask {
  /** [prototype, target], as indices of sentences. */
  readonly pairs: readonly (readonly [number, number])[];
}

/** A sentence that the writer is taught. */
export interface Rewrite {
  /** Place of the candidate from which it starts. */
  readonly candidate: number;
  /** The sentence that it writes, by index. */
  readonly target: number;
  /** 0 for none. */
  readonly weight: number;
}

/** A unit of a batch: some of the candidates, in the order of the draw. */
export interface DrawnUnit extends RatedTask {
  /** As many for each unit. */
  readonly rewrites: readonly Rewrite[];
  /** Whether candidate 0 is the prototype of a sentence of the review, the first rewrite. */
  readonly paired: boolean;
}

export interface UnitDraws {
  /** Candidates and references at most. */
  readonly candidates: number;
  readonly references: number;
  /** Sentences that are taught for each unit: the target of a rewrite pair where there is one, else candidates again. */
  readonly rewrites: number;
  /** Weight of a candidate that is to be written again, beside that of a pair. */
  readonly keep: number;
}

/** Training reviews with at least two candidates. The rating is the review's own. */
export function trainingUnits(corpus: StoredCorpus, seed: number | string): TrainingUnit[] {
  const { reviews, sentences } = corpus;
  const pairs = Map.groupBy(corpus.rewritePairs, ([, target]) => sentences[target].review);
  const placeOf = placesAmong(reviews.filter(({ split }) => split === "train").map(({ rating }) => rating));
  return tasksOfSplit(corpus, "train", { seed }).tasks
    .filter(({ candidates }) => candidates.length > 1)
    .map((task) => {
      const { rating } = reviews[task.review!];
      return { ...task, rating, place: placeOf(rating), pairs: pairs.get(task.review!) ?? [] };
    });
}

/**
 * Draws candidates and what the writer is taught: to turn a prototype into the target of its pair, and to say again what was
 * extracted, so that it learns from every sentence and not from those alone that have a neighbour.
 */
export function drawUnit({ pairs, ...task }: TrainingUnit, draws: UnitDraws, random: Random): DrawnUnit {
  const pair = pairs.length === 0 ? undefined : pairs[random.integer(pairs.length)];
  const others = random.shuffle(task.candidates.filter((s) => s !== pair?.[0]));
  const candidates = (pair === undefined ? others : [pair[0], ...others]).slice(0, draws.candidates);
  const rewrites = Array.from({ length: draws.rewrites }, (_, i): Rewrite => {
    if (i === 0 && pair !== undefined) return { candidate: 0, target: pair[1], weight: 1 };
    const candidate = Math.min(i, candidates.length - 1);
    return { candidate, target: candidates[candidate], weight: i < candidates.length ? draws.keep : 0 };
  });
  const references = random.shuffle([...task.references]).slice(0, draws.references);
  return { ...task, candidates, references, rewrites, paired: pair !== undefined };
}

/**
 * Shuffled batches of units, drawn anew each epoch.
 *
 * @param most Units of an epoch at most.
 */
export function* unitBatches(
  units: readonly TrainingUnit[],
  most: number,
  size: number,
  draws: UnitDraws,
  random: Random,
): Generator<DrawnUnit[]> {
  const order = random.shuffle([...units]).slice(0, most);
  for (let start = 0; start < order.length; start += size) {
    yield order.slice(start, start + size).map((unit) => drawUnit(unit, draws, random));
  }
}
