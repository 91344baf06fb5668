/** Eight users who say of four items, each in an own frame, what their rating lets one expect: enough to learn from in no time. */
import { createRandom } from "../../../lib/random/mod.ts";
import {
  buildVocabulary,
  type CompExpModel,
  type CompExpSizes,
  type CorpusReview,
  createCompExp,
  findRewritePairs,
  inverseDocumentFrequency,
  placesAmong,
  type RatedTask,
  type StoredCorpus,
  tasksOfSplit,
} from "./parts.ts";

const users = ["u0", "u1", "u2", "u3", "u4", "u5", "u6", "u7"];
const aspects = { amp: "sound", cable: "plug", drum: "skin", horn: "tone" } as const;
const items = Object.keys(aspects) as (keyof typeof aspects)[];

/** Half of the ratings are high; all that a user gives are not alike. */
const ratingOf = (u: number, i: number) => (u * 3 + i * i + (u >> 1)) % 2 === 0 ? 5 : 1 + u % 2;

function sentencesOf(u: number, i: number): string[] {
  const aspect = aspects[items[i]], good = ratingOf(u, i) > 3;
  const [opinion, feeling] = good ? ["great", "love"] : ["poor", "hate"];
  const frames = [
    `the ${aspect} is ${opinion} and i ${feeling} it`,
    `such a ${opinion} ${aspect} for the price`,
    `i ${feeling} the ${opinion} ${aspect} of this ${items[i]}`,
  ];
  return u % 4 === 3 ? [frames[u % 3], `its ${aspect} is rather ${opinion}`] : [frames[u % 3]];
}

/** A quarter of each user's reviews is held out: of the first users for test, of the others for validation. */
export function tinyWorld(): StoredCorpus {
  const reviews = users.flatMap((user, u) =>
    items.map((item, i): CorpusReview => ({
      ...{ id: `${user}/${item}`, user, item, category: "gear", rating: ratingOf(u, i) },
      split: u % 4 !== i ? "train" : u < 4 ? "test" : "validation",
    }))
  );
  const sentences = reviews.flatMap(({ id }, review) =>
    sentencesOf(Math.floor(review / items.length), review % items.length)
      .map((text, s) => ({ id: `${id}:${s}`, review, text, words: text.split(" ") }))
  );
  const corpus = { reviews, sentences }, attributes = Object.values(aspects);
  const training = sentences.filter(({ review }) => reviews[review].split === "train").map(({ words }) =>
    words
  );
  const idf = inverseDocumentFrequency(training);
  return {
    ...{ ...corpus, attributes, opinions: ["great", "poor"], idf },
    vocabulary: buildVocabulary(training).words,
    test: tasksOfSplit(corpus, "test").tasks,
    validation: tasksOfSplit(corpus, "validation").tasks,
    // Not of all reviews, as in the real world.
    rewritePairs: findRewritePairs(corpus, new Set(attributes), idf)
      .filter(([, target]) => sentences[target].review % 3 > 0),
  };
}

/** Reads the stars of the tiny world. */
export const tinyReader = {
  mean: 3,
  weights: new Map([["great", 2], ["love", 1], ["poor", -2], ["hate", -1]]),
};

export const tinySizes = { embedding: 6, hidden: 8, ratingWidth: 3, dropout: 0.1 } as const;

/** Tasks with the ratings of their reviews. */
export function rated(corpus: StoredCorpus, tasks = corpus.test): RatedTask[] {
  const placeOf = placesAmong(corpus.reviews.map(({ rating }) => rating));
  return tasks.map((task) => {
    const { rating } = corpus.reviews[task.review!];
    return { ...task, rating, place: placeOf(rating) };
  });
}

/**
 * A model far from its start, where every parameter matters: normal steps of a deviation away.
 *
 * @param options.away The deviation; 0.4 if absent.
 */
export async function drawnModel(
  corpus: StoredCorpus,
  { away = 0.4, ...sizes }: CompExpSizes & { readonly away?: number } = {},
): Promise<CompExpModel> {
  const model = createCompExp(corpus, { ...tinySizes, ...sizes, reader: tinyReader, seed: 5 });
  const { all } = model.parameters, random = createRandom("drawn model");
  const values = await all.copy();
  for (const [name, { data }] of Object.entries(values)) {
    // What words say is counted in tens already; the margin is set after training.
    const scale = name === "margin" ? 0 : name === "evidence.w" ? 0.002 : away;
    for (let i = 0; i < data.length; i++) data[i] += scale * random.normal();
  }
  await all.set(values);
  return model;
}
