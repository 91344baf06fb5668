import { join } from "node:path";
import { createRandom, type Random } from "../../random/mod.ts";
import { sentencesOfSplit } from "../corpus/sentences_of_split.ts";
import type { LossGradients } from "../neural/gradients.ts";
import { fit, type FitOptions, type FitReport } from "../neural/fit.ts";
import { ModelOptimizer } from "../neural/optimizer.ts";
import type { RatedTask } from "./batch.ts";
import { explainTasks } from "./explain.ts";
import { tuneMargin } from "./margin.ts";
import type { CompExpModel } from "./model.ts";
import { policyGradients } from "./policy.ts";
import { pretrainGradients } from "./pretrain.ts";
import { createReward, type Reward, type RewardName } from "./rewards.ts";
import { sentenceBatches, warmUpGradients, warmUpLoss } from "./warm_up.ts";
import { trainingUnits, unitBatches } from "./training_units.ts";

/** How a part of the training goes. */
export interface PhaseOptions {
  readonly epochs: number;
  readonly batch: number;
  readonly learningRate: number;
  /** Candidates and references of a unit at most. */
  readonly candidates: number;
  readonly references: number;
  /** Training reviews of an epoch at most, drawn anew for each; all if absent. */
  readonly reviews?: number;
}

/** A policy-gradient stage. */
export interface PolicyPhase extends PhaseOptions {
  /** Of the policy gradient and of L_gen. */
  readonly weights: readonly [number, number];
  /** Exponents of the two brevity penalties in the reward. */
  readonly penalties: readonly [alpha: number, beta: number];
  /** Weights of words and of pairs in the reward. */
  readonly orders: readonly number[];
}

export interface CompExpTraining {
  readonly seed: number | string;
  readonly reward: RewardName;
  readonly extraction: "expected-reward" | "nll";
  /** Weights of L_ext and L_gen in pre-training. */
  readonly weights: readonly [number, number];
  /** The writer alone, before pre-training: see `warmUpGradients`. The paper has none. */
  readonly warmUp: Pick<PhaseOptions, "epochs" | "batch" | "learningRate">;
  readonly pretrain: PhaseOptions;
  /** Policy-gradient stages, in order; none trains by the likelihoods alone. */
  readonly policy: readonly PolicyPhase[];
  readonly samples: number;
  /** Weight of the agreement with the rating beside the overlap with the review, in every reward. */
  readonly guidance: number;
  /** Sentences that are taught for each unit, and the weight of those that are to be written again. */
  readonly rewrites: number;
  readonly keep: number;
  /** Of pre-training and policy gradient; the warm-up has none. */
  readonly weightDecay: number;
  readonly patience: number;
}

/**
 * The training of the paper's code, but that of each unit candidates are taught again beside the target of its rewrite pair:
 * `rewrites` 1 and `keep` 0 teach the pairs alone.
 */
export const paperTraining: Omit<CompExpTraining, "seed"> = {
  reward: "idf-bleu",
  extraction: "expected-reward",
  weights: [50, 1],
  warmUp: { epochs: 0, batch: 256, learningRate: 1e-3 },
  pretrain: { epochs: 50, batch: 256, learningRate: 1e-3, candidates: 10, references: 10 },
  policy: [
    {
      epochs: 20,
      batch: 128,
      learningRate: 1e-5,
      candidates: 10,
      references: 10,
      weights: [1, 2],
      penalties: [10, .5],
      orders: [.8, .2],
    },
    {
      epochs: 20,
      batch: 128,
      learningRate: 1e-5,
      candidates: 5,
      references: 10,
      weights: [5, 1],
      penalties: [2, .1],
      orders: [.8, .2],
    },
  ],
  samples: 5,
  guidance: 0,
  rewrites: 3,
  keep: 0.3,
  weightDecay: 1e-4,
  patience: 5,
};

/** Sentences by which the warm-up is validated. */
const VALIDATION_SENTENCES = 1000;

/** How a training went. */
export interface TrainingReport {
  /** Those that have epochs. */
  readonly phases: readonly { readonly phase: string; readonly report: FitReport }[];
  /** The margin that was chosen for rewritings, and the mean reward with it on validation; of a model that writes. */
  readonly margin?: { readonly margin: number; readonly reward: number };
}

/** How far a training has come. */
export interface TrainingProgress {
  readonly phase: string;
  /** Steps taken, and those that there are if no phase stops early, over all phases. */
  readonly step: number;
  readonly steps: number;
  /** Mean loss of the epoch so far. */
  readonly loss: number;
  /** Score on validation of the last whole epoch. */
  readonly score?: number;
}

/**
 * Mean scores of validation: IDF-BLEU-2, with the guide's share, of what is said and of the sentences that it was made from;
 * the same where nothing is written.
 */
export interface ValidationScores {
  readonly written: number;
  readonly extracted: number;
}

/**
 * Trains a model in phases: the warm-up of the writer on all training sentences, pre-training, the policy-gradient stages. Each
 * has an Adam of its own and early stopping on validation: the warm-up by the likelihood of the validation split's sentences,
 * the others by the score of the parts that learn, the written sentence's IDF-BLEU-2 and .2 of the extracted one's. In the
 * end the margin of rewritings is chosen on the same tasks, by IDF-BLEU-2 whatever the reward of the training.
 *
 * @param validation Tasks with targets and the ratings that the system predicts, at least one.
 * @param options.checkpoint Folder in which each phase keeps how far it came: a run that was killed goes on from there and
 * ends with the same parameters to the last bit.
 * @throws {RangeError} If there is nothing to validate or to train on, guidance is asked for without a guide, or a loss is
 * not finite.
 */
export async function trainCompExp(
  model: CompExpModel,
  validation: readonly RatedTask[],
  training: CompExpTraining,
  options: Pick<FitOptions, "signal"> & {
    readonly checkpoint?: string;
    readonly onProgress?: (progress: TrainingProgress) => void;
  } = {},
): Promise<TrainingReport> {
  if (validation.length === 0) {
    throw new RangeError("Cannot train CompExp: there are no validation tasks, expected at least one");
  }
  const { parameters } = model;
  const { seed, weights, patience, guidance } = training;
  const writes = weights[1] > 0;
  // What is validated by, whatever the reward of the training.
  const measure = createReward(model, "idf-bleu", { maxOrder: 2, guidance });
  const phases = phasesOf(model, validation, measure, training);
  const steps = phases.reduce((sum, { epochs, steps }) => sum + epochs * steps, 0);
  const random = createRandom(`${seed}/training`);
  const reports: { phase: string; report: FitReport }[] = [];
  let done = 0;
  for (const { name, epochs, steps: each, batches, gradients, validate, ...rates } of phases) {
    const draws = random.fork(name);
    const folder = options.checkpoint === undefined
      ? undefined
      : join(options.checkpoint, name.replaceAll(" ", "-"));
    if (folder !== undefined) await Deno.mkdir(folder, { recursive: true });
    const report = await fit({
      parameters: parameters.all,
      optimizer: new ModelOptimizer(parameters.all, rates),
      batches: (epoch) => batches(draws.fork(`epoch ${epoch}`)),
      gradients: (batch, step) => gradients(batch, draws.fork(`step ${step}`)),
      validate,
    }, {
      epochs,
      patience,
      checkpoint: folder,
      identity: JSON.stringify({ training, sizes: parameters.sizes }),
      signal: options.signal,
      onProgress: ({ step, loss, epochs }) =>
        options.onProgress?.({ phase: name, step: done + step, steps, loss, score: epochs.at(-1)?.score }),
    });
    done += epochs * each;
    reports.push({ phase: name, report });
  }
  if (!writes) return { phases: reports };
  return { phases: reports, margin: await tuneMargin(model, validation, measure) };
}

/** A part of the training. */
interface Phase {
  readonly name: string;
  readonly epochs: number;
  /** Of an epoch. */
  readonly steps: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  batches(random: Random): Iterable<unknown>;
  gradients(batch: unknown, random: Random): Promise<LossGradients>;
  validate(): Promise<number>;
}

/** A phase whose batches have a type. */
function phase<Batch>(
  settings: Pick<Phase, "name" | "epochs" | "steps" | "learningRate" | "weightDecay" | "validate"> & {
    batches(random: Random): Iterable<Batch>;
    gradients(batch: Batch, random: Random): Promise<LossGradients>;
  },
): Phase {
  return settings as Phase;
}

function phasesOf(
  model: CompExpModel,
  validation: readonly RatedTask[],
  measure: Reward,
  training: CompExpTraining,
): Phase[] {
  const { corpus } = model;
  const { seed, weights, extraction, samples, guidance, rewrites, keep, warmUp, pretrain, weightDecay } =
    training;
  const units = trainingUnits(corpus, `${seed}/units`);
  const writes = weights[1] > 0, extracts = weights[0] > 0;
  const validate = async () => {
    const { written, extracted } = await validationScores(model, validation, {
      refine: writes,
      reward: measure,
    });
    return (writes ? written : 0) + (extracts ? (writes ? .2 : 1) * extracted : 0);
  };
  const ofUnits = ({ epochs, batch, learningRate, candidates, references, reviews }: PhaseOptions) => ({
    ...{ epochs, learningRate, weightDecay, validate },
    steps: Math.ceil(Math.min(reviews ?? Infinity, units.length) / batch),
    batches: (random: Random) =>
      unitBatches(units, reviews ?? units.length, batch, { candidates, references, rewrites, keep }, random),
  });
  const held = sentencesOfSplit(corpus, "validation").slice(0, VALIDATION_SENTENCES);
  const pretrainReward = createReward(model, training.reward, { maxOrder: 2, guidance });
  return [
    phase({
      name: "warm-up",
      ...{ epochs: writes ? warmUp.epochs : 0, learningRate: warmUp.learningRate },
      steps: Math.ceil(sentencesOfSplit(corpus, "train").length / warmUp.batch),
      // Adam would take the extractor, which has no gradient here, to 0 by the decay alone.
      weightDecay: 0,
      batches: (random) => sentenceBatches(model, warmUp.batch, random),
      gradients: (batch, random) => warmUpGradients(model, batch, random),
      validate: async () => -await warmUpLoss(model, held),
    }),
    phase({
      name: "pre-training",
      ...ofUnits(pretrain),
      gradients: (batch, random) =>
        pretrainGradients(model, batch, pretrainReward, { extraction, weights }, random),
    }),
    ...training.policy.map((policy, i) => {
      const reward = createReward(model, training.reward, {
        ...{ guidance, maxOrder: policy.orders.length, weights: policy.orders },
        ...{ alpha: policy.penalties[0], beta: policy.penalties[1] },
      });
      return phase({
        name: `policy gradient ${i + 1}`,
        ...ofUnits(policy),
        gradients: (batch, random) =>
          policyGradients(
            model,
            batch,
            reward,
            { samples, weights: policy.weights, shares: [.2, .2] },
            random,
          ),
      });
    }),
  ].filter(({ epochs }) => epochs > 0);
}

/** How well a model explains tasks whose reviews are known, by a reward. */
export async function validationScores(
  model: CompExpModel,
  tasks: readonly RatedTask[],
  { refine, reward }: { readonly refine: boolean; readonly reward: Reward },
): Promise<ValidationScores> {
  const explanations = await explainTasks(model, tasks, { say: refine ? "refined" : "extracted" });
  let written = 0, extracted = 0;
  explanations.forEach(({ words, candidate }, t) => {
    written += reward.score(words, tasks[t]);
    extracted += reward.scoreOf(tasks[t].candidates[candidate], tasks[t]);
  });
  return { written: written / tasks.length, extracted: extracted / tasks.length };
}
