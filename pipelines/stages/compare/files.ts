/** The files that the stages of comparative explanations hand to one another. */
import { join } from "node:path";
import { type ReadReport, readTextLines } from "../../../lib/data/mod.ts";
import type {
  PreparationCounts,
  RankedTasks,
  SentencedReview,
  TextReader,
} from "../../../lib/explain/mod.ts";

/** What an explainer says about one task. */
export interface Explanation {
  /** Its words, separated by blanks. */
  readonly words: string;
  /** Index in the corpus of the sentence that was extracted, or that was refined; absent where there is none. */
  readonly sentence?: number;
}

/** Words of an explanation. A generator may say nothing at all: no words, not an empty one. */
export const wordsIn = (text: string) => text.split(" ").filter((word) => word !== "");

/** `explanations.json` of one method and seed. */
export interface Explanations {
  /** One for each task of the test split. */
  readonly test: readonly Explanation[];
  /** One for each task of each ranking; null for a method that needs the user's own review. */
  readonly rankings: readonly (readonly Explanation[])[] | null;
  /** Rank of the best candidate among those of each test task, from 1 up; null for a method that ranks none. */
  readonly ranks: readonly number[] | null;
  /**
   * Perplexity of a word of the test tasks' target sentences under the generator: e to the mean negative log-likelihood,
   * the end mark counted, an unknown word counted as a word. Absent for methods that are no generators; null if infinite.
   */
  readonly perplexity?: number | null;
}

/** `rankings.json`: the system's ratings, and the items that it ranked. */
export interface SystemRankings {
  /** Words for people. */
  readonly system: string;
  /** RMSE on the validation reviews. */
  readonly rmse: number;
  /** Predicted rating of each test task. */
  readonly test: readonly number[];
  /**
   * The same on the scale of the reviews' stars: predictions are shrunk towards the mean, and `matchRatingScale` gives each
   * the star of its rank, by the validation reviews. In the same order, without new ties.
   */
  readonly matched: readonly number[];
  /** Ranked items, their ratings as predicted (`system`) and on the scale of the stars (`matched`). */
  readonly groups: readonly (RankedTasks & { readonly matched: readonly number[] })[];
  /** Of each validation task, both ways. */
  readonly validation: { readonly system: readonly number[]; readonly matched: readonly number[] };
}

/** `reader.json`: the model that reads a rating from a text. */
export interface StoredReader {
  readonly mean: number;
  readonly weights: readonly (readonly [word: string, weight: number])[];
  readonly penalty: number;
  /** RMSE over single validation sentences, and that of always saying the mean. */
  readonly rmse: number;
  readonly rmseOfMean: number;
}

/** `report.json` of prepared reviews. */
export interface PreparationReport {
  readonly source: string;
  readonly counts: PreparationCounts;
  /** What the reader of raw files met; none of made reviews. */
  readonly reading?: Pick<ReadReport, "records" | "malformed" | "examples" | "dropped">;
}

export async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await Deno.readTextFile(path));
}

export async function writeJson(path: string, value: unknown): Promise<void> {
  await Deno.writeTextFile(path, JSON.stringify(value) + "\n");
}

/** Prepared reviews, a line each. */
export async function readPrepared(folder: string): Promise<SentencedReview[]> {
  const lines = await Array.fromAsync(readTextLines(join(folder, "reviews.jsonl")));
  return lines.map((line) => JSON.parse(line));
}

export async function writePrepared(
  folder: string,
  reviews: readonly SentencedReview[],
  report: PreparationReport,
): Promise<void> {
  const lines = reviews.map((review) => JSON.stringify(review) + "\n").join("");
  await Deno.writeTextFile(join(folder, "reviews.jsonl"), lines);
  await Deno.writeTextFile(join(folder, "report.json"), JSON.stringify(report, null, 2) + "\n");
}

export async function readReader(path: string): Promise<TextReader & Omit<StoredReader, "weights">> {
  const { weights, ...rest } = await readJson<StoredReader>(path);
  return { ...rest, weights: new Map(weights) };
}
