import { join } from "node:path";
import { createRandom } from "../../random/mod.ts";
import { fit, type FitOptions, type FitReport } from "../neural/fit.ts";
import { ModelOptimizer } from "../neural/optimizer.ts";
import type { RatedTask } from "./batch.ts";
import { explainTasks } from "./explain.ts";
import { tuneMargin } from "./margin.ts";
import type { CompExpModel } from "./model.ts";
import { policyGradients } from "./policy.ts";
import { pretrainGradients } from "./pretrain.ts";
import { createReward, type RewardName } from "./rewards.ts";
import { trainingUnits, unitBatches } from "./training_units.ts";

/** How a part of the training goes. */
export interface PhaseOptions {
  readonly epochs: number;
  readonly batch: number;
  readonly learningRate: number;
  /** Candidates of a unit at most. */
  readonly candidates: number;
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
  readonly pretrain: PhaseOptions;
  /** Policy-gradient stages, in order; none trains by the likelihoods alone. */
  readonly policy: readonly PolicyPhase[];
  readonly samples: number;
  /** Weight of the agreement with the rating beside the overlap with the review, in every reward. */
  readonly guidance: number;
  /** Sentences that are taught for each unit, and the weight of those that are to be written again. */
  readonly rewrites: number;
  readonly keep: number;
  readonly weightDecay: number;
  readonly patience: number;
}

/** The training of the paper's code. */
export const paperTraining: Omit<CompExpTraining, "seed"> = {
  reward: "idf-bleu",
  extraction: "expected-reward",
  weights: [50, 1],
  pretrain: { epochs: 50, batch: 256, learningRate: 1e-3, candidates: 10 },
  policy: [
    {
      epochs: 20,
      batch: 128,
      learningRate: 1e-5,
      candidates: 10,
      weights: [1, 2],
      penalties: [10, .5],
      orders: [.8, .2],
    },
    {
      epochs: 20,
      batch: 128,
      learningRate: 1e-5,
      candidates: 5,
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

/** How a training went. */
export interface TrainingReport {
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

/** Scores of validation: IDF-BLEU-2, with the guide's share, of the written sentences and of the extracted ones. */
export interface ValidationScores {
  readonly written: number;
  readonly extracted: number;
}

/**
 * Trains a model: pre-training, then the policy-gradient stages, each with early stopping on validation, where the score is
 * that of the parts that learn: the written sentence's IDF-BLEU-2 and .2 of the extracted one's.
 *
 * @param validation Tasks with the ratings that the system predicts.
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
  const { corpus, parameters } = model;
  const { seed, weights, extraction, samples, weightDecay, patience, guidance, rewrites, keep } = training;
  const units = trainingUnits(corpus, `${seed}/units`);
  const random = createRandom(`${seed}/training`);
  const writes = weights[1] > 0, extracts = weights[0] > 0;
  const validate = async () => {
    const { written, extracted } = await validationScores(model, validation, { refine: writes, guidance });
    return (writes ? written : 0) + (extracts ? (writes ? .2 : 1) * extracted : 0);
  };
  const phases = [
    { name: "pre-training", ...training.pretrain, policy: undefined },
    ...training.policy.map((policy, i) => ({ name: `policy gradient ${i + 1}`, ...policy, policy })),
  ];
  const steps = phases.reduce((sum, { epochs, batch }) => sum + epochs * Math.ceil(units.length / batch), 0);
  let done = 0;
  const reports: { phase: string; report: FitReport }[] = [];
  for (const { name, epochs, batch, learningRate, candidates, policy } of phases) {
    const reward = createReward(
      model,
      training.reward,
      policy === undefined ? { maxOrder: 2, guidance } : {
        guidance,
        maxOrder: policy.orders.length,
        weights: policy.orders,
        alpha: policy.penalties[0],
        beta: policy.penalties[1],
      },
    );
    const draws = random.fork(name);
    const folder = options.checkpoint === undefined
      ? undefined
      : join(options.checkpoint, name.replaceAll(" ", "-"));
    if (folder !== undefined) await Deno.mkdir(folder, { recursive: true });
    const report = await fit({
      parameters: parameters.all,
      optimizer: new ModelOptimizer(parameters.all, { learningRate, weightDecay }),
      batches: (epoch) =>
        unitBatches(units, batch, { candidates, rewrites, keep }, draws.fork(`epoch ${epoch}`)),
      gradients: (drawn, step) => {
        const own = draws.fork(`step ${step}`);
        return policy === undefined
          ? pretrainGradients(model, drawn, reward, { extraction, weights }, own)
          : policyGradients(
            model,
            drawn,
            reward,
            { samples, weights: policy.weights, shares: [.2, .2] },
            own,
          );
      },
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
    done += epochs * Math.ceil(units.length / batch);
    reports.push({ phase: name, report });
  }
  if (!writes) return { phases: reports };
  const reward = createReward(model, "idf-bleu", { maxOrder: 2, guidance });
  return { phases: reports, margin: await tuneMargin(model, validation, reward) };
}

/** How well a model explains tasks whose reviews are known. */
export async function validationScores(
  model: CompExpModel,
  tasks: readonly RatedTask[],
  { refine, guidance }: { readonly refine: boolean; readonly guidance: number },
): Promise<ValidationScores> {
  const reward = createReward(model, "idf-bleu", { maxOrder: 2, guidance });
  const explanations = await explainTasks(model, tasks, { say: refine ? "refined" : "extracted" });
  let written = 0, extracted = 0;
  explanations.forEach(({ words, candidate }, t) => {
    written += reward.score(words, tasks[t]);
    extracted += reward.scoreOf(tasks[t].candidates[candidate], tasks[t]);
  });
  return { written: written / tasks.length, extracted: extracted / tasks.length };
}
