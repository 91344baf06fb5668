/** What `report.json` says of a recommender: its errors, and those of what it is compared with. */
import type { TaskScores } from "../../lib/balance/mod.ts";
import {
  ratingError,
  type RatingEvidenceSource,
  type RatingPredictor,
  type StoredCorpus,
  tuneRatingBiases,
  withinStars,
} from "../../lib/explain/mod.ts";
import { biasRating } from "./data.ts";
import { type Recommender, recommenderPredictor, type RecommenderRecipe } from "./recommender.ts";

/** RMSE in stars on the reviews of two splits: everything is chosen on validation; test is read once, at the end. */
export interface Errors {
  readonly validation: number;
  readonly test: number;
}

/** One way to train the network. */
export interface MethodReport {
  readonly method: string;
  readonly embeddingDim: number;
  /** RMSE on validation of each seed's run, its correction of the biases counting in full. */
  readonly alone: readonly number[];
  /** The same with the share of the correction that is best on validation. */
  readonly blended: readonly number[];
}

/** `report.json`: what the recommender is, and whether it was worth it. */
export interface RecommenderReport {
  readonly reviews: { readonly train: number; readonly validation: number; readonly test: number };
  readonly rmse: {
    /** Always the mean of the training ratings. */
    readonly mean: Errors;
    /** `tuneRatingBiases`, the simpler system. */
    readonly biases: Errors;
    /** The biases that the network corrects. */
    readonly corrected: Errors;
    readonly recommender: Errors;
  };
  /** Means over the seeds tell methods apart; at the width that is best for the first method. */
  readonly methods: readonly MethodReport[];
  readonly chosen: {
    readonly embeddingDim: number;
    readonly seed: number;
    readonly epoch: number;
    readonly shrinkage: RecommenderRecipe["shrinkage"];
    readonly share: number;
  };
  /** How well the chosen network does each task, on validation. */
  readonly tasks: readonly TaskScores[];
}

/** Errors of the recommender and of simpler systems, all fitted to the training reviews and tuned on validation. */
export function compareErrors(
  corpus: StoredCorpus,
  source: RatingEvidenceSource,
  recommender: Recommender,
): Pick<RecommenderReport, "reviews" | "rmse"> {
  const ofSplit = (split: string) => corpus.reviews.filter((review) => review.split === split);
  const [train, validation, test] = ["train", "validation", "test"].map(ofSplit);
  const errorsOf = (predictor: RatingPredictor): Errors => ({
    validation: ratingError(predictor, validation),
    test: ratingError(predictor, test),
  });
  return {
    reviews: { train: train.length, validation: validation.length, test: test.length },
    rmse: {
      mean: errorsOf({ predict: () => source.mean }),
      biases: errorsOf(tuneRatingBiases(train, validation).predictor),
      corrected: errorsOf({
        predict: (user, item) => withinStars(biasRating(source, user, item)),
      }),
      recommender: errorsOf(recommenderPredictor(recommender, corpus)),
    },
  };
}
