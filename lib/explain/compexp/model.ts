import * as tf from "@tensorflow/tfjs-core";
import { filledTensor, hostValues } from "../../tensor/mod.ts";
import type { StoredCorpus } from "../corpus/store_corpus.ts";
import { vocabularyOf, type WordIds } from "../corpus/vocabulary.ts";
import { lookUp } from "../neural/gradients.ts";
import { type RatedTask, SentenceIds, type TaskBatch, taskBatch } from "./batch.ts";
import { SentenceEvidence } from "./evidence.ts";
import { mixture, refinerStart } from "./mixture.ts";
import { encode, encoderInput, wordWriter } from "./network.ts";
import type { TextReader } from "../ranking/text_reader.ts";
import { RatingGuide } from "./guide.ts";
import type { CompExpSizes } from "./options.ts";
import { paperSizes } from "./options.ts";
import { type CompExpParameters, createParameters } from "./parameters.ts";
import { decodeGreedily, type DecodeOptions } from "../neural/decode.ts";

/** A CompExp model over one corpus. */
export interface CompExpModel {
  readonly corpus: StoredCorpus;
  readonly vocabulary: WordIds;
  readonly ids: SentenceIds;
  readonly evidence: SentenceEvidence | undefined;
  readonly guide: RatingGuide | undefined;
  readonly parameters: CompExpParameters;
}

/**
 * A model that has learnt nothing yet.
 *
 * @param options.seed Null where the parameters are loaded. Default 1.
 * @param options.reader The reader that the explainer has in mind, another one than judges.
 */
export function createCompExp(
  corpus: StoredCorpus,
  { reader, seed = 1, ...sizes }: CompExpSizes & {
    readonly reader?: TextReader;
    readonly seed?: number | string | null;
  } = {},
): CompExpModel {
  const complete = { ...paperSizes, ...sizes };
  const guide = reader && new RatingGuide(corpus, reader);
  const vocabulary = vocabularyOf(corpus.vocabulary.slice(0, complete.vocabulary));
  return {
    corpus,
    vocabulary,
    ids: new SentenceIds(corpus, vocabulary),
    evidence: complete.evidence ? new SentenceEvidence(corpus, guide) : undefined,
    guide,
    parameters: createParameters(complete, vocabulary.words.length, seed),
  };
}

/** What was said about one task. */
export interface CompExpExplanation {
  readonly words: readonly string[];
  /** Place among the candidates of the sentence that was extracted, or rewritten. */
  readonly candidate: number;
  /** Whether these are the refiner's words; else the sentence is as it was. */
  readonly refined: boolean;
  /** ln P(x) of each candidate. */
  readonly logP: Float32Array;
}

export interface ExplainOptions extends DecodeOptions {
  /**
   * What is said: the most probable candidate; the refiner's rewriting of it; or the best of several candidates and their
   * rewritings, judged by the extractor. Default "refined".
   */
  readonly say?: "extracted" | "refined" | "best";
  /** The most probable candidates that "best" considers. Default 4. */
  readonly prototypes?: number;
  /** From ln P of the candidates to the place of the one to take, instead of the most probable. */
  readonly choose?: (logP: Float32Array, task: RatedTask) => number;
}

/** Sentences that go through the encoder together, tasks through the mixture. */
const ENCODED = 512, TASKS = 64;

/** Extracts a sentence for each task and, as asked, rewrites it. */
export async function explainTasks(
  model: CompExpModel,
  tasks: readonly RatedTask[],
  options: ExplainOptions = {},
): Promise<CompExpExplanation[]> {
  const { corpus, parameters, evidence, ids } = model;
  const { say = "refined", prototypes = 4, choose, ...decoding } = options;
  const known = await encodeSentences(
    parameters,
    new Map(
      tasks.flatMap(({ candidates, references }) => [...candidates, ...references]).map((
        s,
      ) => [s, ids.of(s)]),
    ),
  );
  const explanations: CompExpExplanation[] = [];
  for (let start = 0; start < tasks.length; start += TASKS) {
    const part = tasks.slice(start, start + TASKS);
    const batch = taskBatch(corpus, part, evidence);
    const taken = say === "best" ? Math.min(prototypes, batch.C) : 1;
    const { logP, starts, places } = await mixed(
      parameters,
      batch,
      known,
      (own, b) => choose === undefined ? mostProbable(own, taken) : [choose(own, part[b])],
      part,
    );
    const words = (s: number) => corpus.sentences[s].words;
    if (say === "extracted") {
      part.forEach(({ candidates }, b) =>
        explanations.push({
          words: words(candidates[places[b][0]]),
          candidate: places[b][0],
          refined: false,
          logP: logP[b],
        })
      );
      continue;
    }
    const rows = part.length * places[0].length;
    const written = (await decodeGreedily(wordWriter(parameters), starts, rows, decoding))
      .map((ids) => Array.from(ids, (id) => model.vocabulary.words[id]));
    const said = part.map(({ candidates }, b) =>
      places[b].flatMap((candidate, i) => [
        { candidate, words: written[b * places[b].length + i], refined: true },
        ...say === "best" ? [{ candidate, words: words(candidates[candidate]), refined: false }] : [],
      ])
    );
    const best = say === "best" ? await judge(model, part, said) : part.map(() => 0);
    part.forEach((_, b) => explanations.push({ ...said[b][best[b]], logP: logP[b] }));
  }
  return explanations;
}

/** The candidate that would be rewritten for each task, and where the refiner starts from it. [H] each */
export async function prototypesOf(
  { corpus, parameters, evidence, ids }: CompExpModel,
  tasks: readonly RatedTask[],
): Promise<{ places: number[]; starts: Float32Array[] }> {
  const H = parameters.sizes.hidden;
  const places: number[] = [], starts: Float32Array[] = [];
  const known = await encodeSentences(
    parameters,
    new Map(
      tasks.flatMap(({ candidates, references }) => [...candidates, ...references]).map((
        s,
      ) => [s, ids.of(s)]),
    ),
  );
  for (let start = 0; start < tasks.length; start += TASKS) {
    const part = tasks.slice(start, start + TASKS);
    const found = await mixed(
      parameters,
      taskBatch(corpus, part, evidence),
      known,
      (own) => mostProbable(own, 1),
      part,
    );
    part.forEach((_, b) => {
      places.push(found.places[b][0]);
      starts.push(found.starts.slice(b * H, (b + 1) * H));
    });
  }
  return { places, starts };
}

/** A sentence that may be said, and the place of the candidate that it was made from. */
interface Hypothesis {
  readonly candidate: number;
  readonly words: readonly string[];
}

/** The place of the hypothesis that the extractor prefers, for each task; all have as many. */
async function judge(
  { corpus, parameters, evidence, ids }: CompExpModel,
  tasks: readonly RatedTask[],
  hypotheses: readonly (readonly Hypothesis[])[],
): Promise<number[]> {
  // Hypotheses stand in the candidates' slots, numbered from -2 down: they are no sentences of the corpus.
  const C = hypotheses[0].length;
  const sentences = new Map<number, Int32Array>();
  for (const s of tasks.flatMap(({ references }) => references)) sentences.set(s, ids.of(s));
  const numbered = hypotheses.map((own, b) =>
    own.map(({ words }, x) => {
      const number = -2 - (b * C + x);
      sentences.set(number, ids.encode(words));
      return number;
    })
  );
  const batch = taskBatch(corpus, tasks.map((task, b) => ({ ...task, candidates: numbered[b] })), undefined);
  if (evidence !== undefined) {
    tasks.forEach((task, b) => {
      const own = evidence.measure(task, hypotheses[b]);
      batch.evidence.set(own, b * own.length);
    });
  }
  const known = await encodeSentences(parameters, sentences);
  const { places } = await mixed(parameters, batch, known, (own) => mostProbable(own, 1), tasks);
  return places.map(([best]) => best);
}

/** Runs the mixture over a batch: ln P of each task's candidates, the places taken, and where their rewriting starts. */
async function mixed(
  parameters: CompExpParameters,
  batch: TaskBatch,
  known: ReadonlyMap<number, Float32Array>,
  take: (logP: Float32Array, b: number) => number[],
  tasks: readonly RatedTask[],
): Promise<{ logP: Float32Array[]; places: number[][]; starts: Float32Array }> {
  const { C, slots, candidateMask } = batch, H = parameters.sizes.hidden, engine = tf.engine();
  engine.startScope("explain");
  try {
    const h = filledTensor([slots.length, H], (into) => {
      slots.forEach((s, i) => s === -1 ? into.fill(0, i * H, (i + 1) * H) : into.set(known.get(s)!, i * H));
    }) as tf.Tensor2D;
    const all = mixture(parameters, batch, h);
    const values = await hostValues(all.logP);
    const logP = tasks.map((_, b) => {
      const present = candidateMask.subarray(b * C, (b + 1) * C).reduce((sum, one) => sum + one, 0);
      return values.slice(b * C, b * C + present);
    });
    const places = logP.map(take), most = Math.max(...places.map(({ length }) => length));
    // A task with fewer candidates takes its best more than once.
    for (const own of places) while (own.length < most) own.push(own[0]);
    const starts = (await hostValues(refinerStart(parameters, batch, all, oneHot(places, C)))).slice();
    return { logP, places, starts };
  } finally {
    engine.endScope();
  }
}

/** h of each of these sentences, by their numbers. */
async function encodeSentences(
  parameters: CompExpParameters,
  sentences: ReadonlyMap<number, Int32Array>,
): Promise<Map<number, Float32Array>> {
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

/** [B, S, C] with ones at the places chosen. */
export function oneHot(chosen: readonly (readonly number[])[], C: number): tf.Tensor3D {
  const B = chosen.length, S = chosen[0].length;
  const values = new Float32Array(B * S * C);
  chosen.forEach((places, b) => places.forEach((x, s) => values[(b * S + s) * C + x] = 1));
  return tf.tensor3d(values, [B, S, C]);
}

/** Places of the largest values, the largest first; of equals the first. */
function mostProbable(values: Float32Array, count: number): number[] {
  return [...values.keys()].sort((a, b) => values[b] - values[a] || a - b).slice(0, count);
}
