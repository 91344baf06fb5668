import * as tf from "@tensorflow/tfjs-core";
import { createRandom, type Random } from "../../random/mod.ts";
import { hostValues, loadSafetensors, saveSafetensors } from "../../tensor/mod.ts";
import { expectedNames } from "../../text/mod.ts";
import type { StoredCorpus } from "../corpus/store_corpus.ts";
import { vocabularyOf, type WordIds } from "../corpus/vocabulary.ts";
import { decodeGreedily } from "../neural/decode.ts";
import { fit, type FitOptions, type FitReport } from "../neural/fit.ts";
import { lossGradients } from "../neural/gradients.ts";
import { ModelOptimizer } from "../neural/optimizer.ts";
import { att2seqSizes, createAtt2Seq } from "./att2seq.ts";
import { createNrt, nrtSizes } from "./nrt.ts";
import { type Decoder, idsOf, type PeerCounts, type PeerModel, rowsOf } from "./peer_model.ts";
import { createPeter, peterSizes } from "./peter.ts";
import {
  batchesOfSimilarLength,
  promptBatch,
  type PromptIds,
  type SentenceBatch,
  type SentenceExample,
} from "./sentence_batch.ts";

const models = {
  att2seq: { sizes: att2seqSizes, create: createAtt2Seq },
  nrt: { sizes: nrtSizes, create: createNrt },
  peter: { sizes: peterSizes, create: createPeter },
} as const;

export type GeneratorName = keyof typeof models;
/** The generators that write a sentence from user, item and rating alone. */
export const generatorNames = Object.keys(models) as GeneratorName[];

export interface GeneratorOptions {
  /** Of the parameters' start and of all draws in training. Default 1. */
  readonly seed?: number;
  /** Words that it knows, the special ones counted: so many of the corpus' most frequent. Default 20,000. */
  readonly vocabulary?: number;
  /** Sizes of the model, by the names in {@link att2seqSizes} and its like; the paper's if absent. */
  readonly sizes?: Readonly<Record<string, number>>;
}

/** What a sentence is to be written for. */
export interface Prompt {
  readonly user: string;
  readonly item: string;
  /** What the sentence is to explain, in stars, 1 to 5. PETER does not look at it. */
  readonly rating: number;
}

/** A sentence that somebody wrote. */
export interface PromptedSentence extends Prompt {
  readonly words: readonly string[];
}

export interface GeneratorFitOptions extends Omit<FitOptions, "identity"> {
  /** Sentences of a step. Default 64. */
  readonly batch?: number;
  /** Default 1e-3. */
  readonly learningRate?: number;
  /** Default 1e-4. */
  readonly weightDecay?: number;
}

/** Share of the examples whose user, and whose item, is hidden in training, so that unknown ones can be explained. */
const UNKNOWN_SHARE = 0.01;

/** Sentences that are decoded or judged at a time. */
const EVALUATED = 256;

/**
 * Makes a generator that knows the users, items and words of a corpus, and has learned nothing yet.
 *
 * @throws {RangeError} If there is no such generator, no such size, or a size is not possible.
 */
export function createGenerator(
  name: GeneratorName,
  corpus: Pick<StoredCorpus, "reviews" | "vocabulary">,
  options: GeneratorOptions = {},
): Generator {
  const { seed = 1, vocabulary = 20_000, sizes = {} } = options;
  const known = (of: "user" | "item") => [
    ...new Set(corpus.reviews.filter(({ split }) => split === "train").map((review) => review[of])),
  ];
  return new Generator({
    ...{ name, seed, sizes: checkedSizes(name, sizes), users: known("user"), items: known("item") },
    words: corpus.vocabulary.slice(0, vocabulary),
  });
}

/**
 * Reads a generator that {@link Generator.save} wrote.
 *
 * @throws {Error} If the file is not of a generator.
 */
export async function loadGenerator(path: string): Promise<Generator> {
  const { tensors, metadata } = await loadSafetensors(path);
  if (metadata.format !== FORMAT) {
    throw new Error(
      `Cannot load a generator from ${path}: its format is ${metadata.format}, expected ${FORMAT}`,
    );
  }
  const generator = new Generator(JSON.parse(metadata.definition));
  await generator.model.parameters.set(tensors);
  return generator;
}

const FORMAT = "equipoise-generator";

/** All that a generator is made of but its parameters. */
interface GeneratorDefinition {
  readonly name: GeneratorName;
  readonly seed: number;
  readonly sizes: Readonly<Record<string, number>>;
  /** By id, from 1. */
  readonly users: readonly string[];
  readonly items: readonly string[];
  /** By id. */
  readonly words: readonly string[];
}

/** Writes sentences from user, item and rating, learned from those that people wrote. */
export class Generator {
  readonly model: PeerModel;
  readonly #definition: GeneratorDefinition;
  readonly #random: Random;
  readonly #users: ReadonlyMap<string, number>;
  readonly #items: ReadonlyMap<string, number>;
  readonly #words: WordIds;

  /** Use {@link createGenerator}. */
  constructor(definition: GeneratorDefinition) {
    const { name, seed, sizes, users, items, words } = definition;
    const ids = (names: readonly string[]) => new Map(names.map((name, i) => [name, i + 1]));
    this.#definition = definition;
    this.#random = createRandom(seed);
    this.#users = ids(users);
    this.#items = ids(items);
    this.#words = vocabularyOf(words);
    const counts = { users: users.length + 1, items: items.length + 1, words: words.length };
    const create = models[name].create as (
      random: Random,
      counts: PeerCounts,
      sizes: Record<string, number>,
    ) => PeerModel;
    this.model = create(this.#random.fork("parameters"), counts, sizes);
  }

  get name(): GeneratorName {
    return this.#definition.name;
  }

  /**
   * Learns to write sentences, with early stopping by their perplexity on validation. With a checkpoint folder, training
   * that was stopped goes on from the last epoch that ended.
   *
   * @returns The scores are the negative mean surprise of a word, in nats.
   * @throws {RangeError} If there are no sentences, or training goes astray.
   */
  async fit(
    training: readonly PromptedSentence[],
    validation: readonly PromptedSentence[],
    { batch = 64, learningRate = 1e-3, weightDecay = 1e-4, ...options }: GeneratorFitOptions,
  ): Promise<FitReport> {
    const { parameters } = this.model, random = this.#random;
    const examples = training.map((sentence) => this.#exampleOf(sentence));
    const { name, seed, sizes, words } = this.#definition;
    return await fit<SentenceBatch>({
      parameters,
      optimizer: new ModelOptimizer(parameters, { learningRate, weightDecay }),
      batches(epoch) {
        const draws = random.fork(`epoch ${epoch}`);
        const hidden = examples.map(({ user, item, ...rest }) => ({
          ...rest,
          user: draws.uniform() < UNKNOWN_SHARE ? 0 : user,
          item: draws.uniform() < UNKNOWN_SHARE ? 0 : item,
        }));
        return batchesOfSimilarLength(hidden, batch, draws);
      },
      gradients: (batch, step) => {
        const draws = random.fork(`dropout ${step}`);
        return lossGradients(parameters, idsOf(batch), (rows) => this.model.loss(rows, batch, draws));
      },
      validate: async () => -await this.surprise(validation),
    }, {
      ...options,
      identity: JSON.stringify({ name, seed, sizes, words: words.length, batch, learningRate, weightDecay }),
    });
  }

  /**
   * Mean surprise of a word, -log P(word | what is before it) in nats; end marks count, unknown words as `<unk>`.
   *
   * @throws {RangeError} If there are no sentences.
   */
  async surprise(sentences: readonly PromptedSentence[]): Promise<number> {
    if (sentences.length === 0) {
      throw new RangeError("Cannot measure surprise: there are no sentences, expected at least one");
    }
    const { parameters } = this.model;
    let sum = 0, words = 0;
    for (
      const batch of batchesOfSimilarLength(sentences.map((one) => this.#exampleOf(one)), EVALUATED)
    ) {
      const surprise = tf.tidy(() => this.model.surprise(rowsOf(parameters, idsOf(batch)), batch));
      sum += (await hostValues(surprise))[0];
      words += batch.words;
      surprise.dispose();
    }
    return sum / words;
  }

  /** Perplexity of a word: e to the mean surprise. */
  async perplexity(sentences: readonly PromptedSentence[]): Promise<number> {
    return Math.exp(await this.surprise(sentences));
  }

  /**
   * Writes a sentence for each prompt. Users and items that were not in training are explained as unknown ones.
   *
   * @param decode Default: the most probable word at each step.
   */
  async explain(prompts: readonly Prompt[], decode: Decoder = decodeGreedily): Promise<string[][]> {
    const sentences: string[][] = [], engine = tf.engine();
    for (let start = 0; start < prompts.length; start += EVALUATED) {
      const batch = promptBatch(prompts.slice(start, start + EVALUATED).map((prompt) => this.#idsOf(prompt)));
      engine.startScope("explain");
      try {
        const { users, items } = batch;
        const rows = rowsOf(this.model.parameters, { users, items });
        for (const ids of await this.model.write(rows, batch, decode)) {
          sentences.push(Array.from(ids, (id) => this.#words.words[id]));
        }
      } finally {
        engine.endScope();
      }
    }
    return sentences;
  }

  /** Writes all that it is and has learned to a safetensors file. */
  async save(path: string): Promise<void> {
    await saveSafetensors(path, await this.model.parameters.copy(), {
      format: FORMAT,
      definition: JSON.stringify(this.#definition),
    });
  }

  /** Frees its parameters. */
  dispose(): void {
    this.model.parameters.dispose();
  }

  #idsOf({ user, item, rating }: Prompt): PromptIds {
    return { user: this.#users.get(user) ?? 0, item: this.#items.get(item) ?? 0, rating };
  }

  #exampleOf(sentence: PromptedSentence): SentenceExample {
    return { ...this.#idsOf(sentence), words: this.#words.encode(sentence.words) };
  }
}

function checkedSizes(name: GeneratorName, sizes: Readonly<Record<string, number>>): Record<string, number> {
  if (!Object.hasOwn(models, name)) {
    throw new RangeError(
      `Cannot make generator '${name}': there is none, ${expectedNames(name, generatorNames)}`,
    );
  }
  const defaults: Record<string, number> = models[name].sizes;
  for (const [size, value] of Object.entries(sizes)) {
    if (!Object.hasOwn(defaults, size)) {
      throw new RangeError(
        `Cannot make generator '${name}': it has no size '${size}', ${
          expectedNames(size, Object.keys(defaults))
        }`,
      );
    }
    const fits = size === "dropout" ? value >= 0 && value < 1 : Number.isSafeInteger(value) && value > 0;
    if (!fits) {
      const expected = size === "dropout" ? "0 or more and below 1" : "a positive integer";
      throw new RangeError(`Cannot make generator '${name}': ${size} is ${value}, expected ${expected}`);
    }
  }
  return { ...defaults, ...sizes };
}
