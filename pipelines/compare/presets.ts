import { type CompExpTraining, paperTraining } from "../../lib/explain/mod.ts";
import { generatorSettings } from "./generator_settings.ts";
import type { RowName } from "./rows.ts";

type Steps = Pick<CompExpTraining["pretrain"], "epochs" | "batch" | "learningRate" | "reviews">;

/** Sizes and training of CompExp that a preset uses; what is not given is the paper's. */
function compexp(
  sizes: { readonly vocabulary?: number; readonly embedding?: number; readonly hidden?: number },
  { warmUp, pretrain, policy, candidates, references }: {
    readonly warmUp: Steps;
    readonly pretrain: Steps;
    readonly policy: Steps;
    readonly candidates: number;
    readonly references: number;
  },
) {
  return {
    sizes,
    training: {
      warmUp,
      pretrain: { ...pretrain, candidates, references },
      policy: paperTraining.policy.map(({ weights, penalties, orders, ...stage }) => ({
        ...policy,
        ...{ references, candidates: Math.min(stage.candidates, candidates) },
        weights: [...weights] as [number, number],
        penalties: [...penalties] as [number, number],
        orders: [...orders],
      })),
    },
  };
}

/**
 * What a preset spends: seeds of the methods, users whose rankings are explained, seeds of the recommender's runs, rows that
 * are left out unless asked for, sizes and epochs of what is trained. Learning rates were chosen on the
 * validation reviews of both data sets.
 */
export const presets = {
  /** The whole chain within minutes: small models, one seed, no row that takes CompExp apart. */
  quick: {
    seeds: 1,
    users: 400,
    recommenderSeeds: [1, 2],
    without: [
      ...["compexp-rewrite", "compexp-refine"] as const,
      ...["compexp-unguided", "compexp-bleu", "compexp-nll", "compexp-paper"] as const,
    ] as readonly RowName[],
    compexp: compexp({ vocabulary: 2000, embedding: 32, hidden: 48 }, {
      warmUp: { epochs: 2, batch: 64, learningRate: 5e-3 },
      pretrain: { epochs: 3, batch: 64, learningRate: 4e-3, reviews: 2500 },
      policy: { epochs: 1, batch: 64, learningRate: 1e-3, reviews: 1000 },
      ...{ candidates: 5, references: 4 },
    }),
    generators: generatorSettings.quick,
  },
  /** The published table: three seeds, every row. */
  full: {
    seeds: 3,
    users: 800,
    recommenderSeeds: [1, 2, 3],
    without: [] as readonly RowName[],
    compexp: compexp({ vocabulary: 3000, embedding: 64, hidden: 64 }, {
      warmUp: { epochs: 7, batch: 64, learningRate: 4e-3 },
      pretrain: { epochs: 3, batch: 64, learningRate: 3e-3 },
      policy: { epochs: 1, batch: 64, learningRate: 1e-3, reviews: 3000 },
      ...{ candidates: 6, references: 5 },
    }),
    generators: generatorSettings.full,
  },
  /** Sizes and training of the papers: days on a processor. */
  paper: {
    seeds: 3,
    users: 1500,
    recommenderSeeds: [1, 2, 3],
    without: [] as readonly RowName[],
    compexp: compexp({}, {
      ...{ warmUp: paperTraining.warmUp, pretrain: paperTraining.pretrain, policy: paperTraining.policy[0] },
      ...{ candidates: 10, references: 10 },
    }),
    generators: generatorSettings.paper,
  },
} as const;

/**
 * Weight of the guide's agreement beside IDF-BLEU in CompExp's rewards, by data set; chosen on validation reviews among .02, .03
 * and .05: the largest that costs no IDF-BLEU-4 against the centroid of the candidates.
 */
export function guidanceOf(dataset: string): number {
  return dataset === "synthetic-reviews" ? 0.05 : 0.03;
}

export const presetNames = Object.keys(presets) as (keyof typeof presets)[];
export type Preset = typeof presets[keyof typeof presets];
