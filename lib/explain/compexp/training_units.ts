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

/** A unit of a batch: some of the candidates, in the order of the draw. */
export interface DrawnUnit extends RatedTask {
  /** The sentence that candidate 0 is rewritten to: one of the review, or candidate 0 itself. */
  readonly target: number;
  /** Whether candidate 0 is the prototype of a sentence of the review. */
  readonly paired: boolean;
}

export interface UnitDraws {
  /** Candidates at most. */
  readonly candidates: number;
  /** Share of the units with a rewrite pair that are taught to keep candidate 0 as it is, as those without one are. */
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
 * Draws candidates and what the first of them is rewritten to: the target of a rewrite pair, or, where the unit has none, the
 * candidate itself, so that the writer learns from every sentence to say again what was extracted.
 */
export function drawUnit(
  { pairs, ...task }: TrainingUnit,
  { candidates, keep }: UnitDraws,
  random: Random,
): DrawnUnit {
  const paired = pairs.length > 0 && random.uniform() >= keep;
  const pair = paired ? pairs[random.integer(pairs.length)] : undefined;
  const others = random.shuffle(task.candidates.filter((s) => s !== pair?.[0]));
  const drawn = (pair === undefined ? others : [pair[0], ...others]).slice(0, candidates);
  return { ...task, candidates: drawn, target: pair?.[1] ?? drawn[0], paired };
}

/** Shuffled batches of units, drawn anew each epoch. */
export function* unitBatches(
  units: readonly TrainingUnit[],
  size: number,
  draws: UnitDraws,
  random: Random,
): Generator<DrawnUnit[]> {
  const order = random.shuffle([...units]);
  for (let start = 0; start < order.length; start += size) {
    yield order.slice(start, start + size).map((unit) => drawUnit(unit, draws, random));
  }
}
