/** A trained recommender: what is stored of it, and the ratings that it predicts. */
import { join } from "node:path";
import {
  type RatingEvidenceOptions,
  type RatingPredictor,
  type StoredCorpus,
  withinStars,
} from "../../lib/explain/mod.ts";
import { loadSafetensors, saveSafetensors, type StoredTensor } from "../../lib/tensor/mod.ts";
import { biasOf, type Moments } from "./data.ts";
import { denseValues, evidenceOf } from "./evidence.ts";
import { inputEncoder, type InputRecipe } from "./inputs.ts";
import { ratingNetwork } from "./rating_network.ts";

/** What `recommender.json` says. */
export interface RecommenderRecipe {
  readonly format: 1;
  /** The method that balanced its tasks. */
  readonly method: string;
  /** Training reviews of the corpus that it was trained on: it predicts from their evidence. */
  readonly trainingReviews: number;
  readonly shrinkage: RatingEvidenceOptions["shrinkage"];
  readonly inputs: InputRecipe;
  /** Names of the tasks, the rating first. */
  readonly tasks: readonly string[];
  readonly target: Moments;
  /** Share of the network's correction of the biases that counts, 0 to 1. */
  readonly share: number;
}

export interface Recommender {
  readonly recipe: RecommenderRecipe;
  /** Of the network, as `saveNetwork` names them. */
  readonly weights: Readonly<Record<string, StoredTensor>>;
}

const WEIGHTS = "weights.safetensors", RECIPE = "recommender.json";

/** Writes a recommender into an existing folder. */
export async function saveRecommender(folder: string, { recipe, weights }: Recommender): Promise<void> {
  await saveSafetensors(join(folder, WEIGHTS), weights, { format: "equipoise-network" });
  await Deno.writeTextFile(join(folder, RECIPE), JSON.stringify(recipe) + "\n");
}

/** Reads what {@link saveRecommender} wrote. */
export async function loadRecommender(folder: string): Promise<Recommender> {
  const { tensors } = await loadSafetensors(join(folder, WEIGHTS));
  return { recipe: JSON.parse(await Deno.readTextFile(join(folder, RECIPE))), weights: tensors };
}

/**
 * The ratings that a recommender predicts for users and items of its corpus:
 *
 *     r(u, i) = mu + b_u + b_i + share (mean + scale z(u, i)),   squeezed into the stars
 *
 * where z is the network's answer to the rating task. A user whom no training review is of is taken as the average one:
 * no bias, no interests, the mean embedding; an item likewise. So an unknown user gets the item's mean rating, about, and
 * an unknown pair that of all reviews. The user's own training review of the item does not count.
 *
 * @throws {Error} If the corpus is not the one that it was trained on.
 */
export function recommenderPredictor(
  { recipe, weights }: Recommender,
  corpus: StoredCorpus,
): RatingPredictor {
  const evidence = evidenceOf(corpus), trainingReviews = evidence.reviewsOf("train").length;
  if (trainingReviews !== recipe.trainingReviews) {
    throw new Error(
      `Cannot predict ratings: the corpus has ${trainingReviews} training reviews, expected the ` +
        `${recipe.trainingReviews} that the recommender was trained on`,
    );
  }
  const source = evidence.draw(recipe.shrinkage), encode = inputEncoder(recipe.inputs);
  const network = ratingNetwork(recipe.inputs, weights);
  const categories = new Map(corpus.reviews.map(({ item, category }) => [item, category]));
  const { share, target } = recipe;
  return {
    predict(user, item) {
      const found = source.of(user, item);
      const { ids, numbers } = encode([user, item, categories.get(item)], denseValues(found));
      const correction = target.mean + target.scale * network(ids, numbers);
      return withinStars(source.mean + biasOf(found) + share * correction);
    },
  };
}
