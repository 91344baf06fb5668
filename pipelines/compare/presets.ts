import { paperTraining } from "../../lib/explain/mod.ts";
import { generatorSettings } from "./generator_settings.ts";
import type { RowName } from "./rows.ts";

/** Sizes and training of CompExp that a preset uses; what is not given is the paper's. */
function compexp(
  sizes: { vocabulary?: number; embedding?: number; hidden?: number },
  { pretrain, policy, guidance }: {
    pretrain: { epochs: number; batch: number; learningRate: number; candidates: number };
    policy: { epochs: number; batch: number; learningRate: number; candidates: number };
    guidance: number;
  },
) {
  return {
    sizes,
    training: {
      pretrain,
      policy: paperTraining.policy.map((stage) => ({
        ...stage,
        ...policy,
        candidates: Math.min(stage.candidates, policy.candidates),
        weights: [...stage.weights] as [number, number],
        penalties: [...stage.penalties] as [number, number],
        orders: [...stage.orders],
      })),
      guidance,
    },
  };
}

/**
 * What a preset spends: seeds of the methods, users whose rankings are explained, seeds of the recommender's runs, rows that
 * are left out unless asked for, sizes and epochs of what is trained. Learning rates and the weight of the guide were chosen on
 * the validation reviews of both data sets.
 */
export const presets = {
  /** The whole chain within minutes: small models, no row that needs a training of CompExp of its own. */
  quick: {
    seeds: 2,
    users: 400,
    recommenderSeeds: [1, 2],
    without: ["compexp-unguided", "compexp-bleu", "compexp-nll", "compexp-paper"] as readonly RowName[],
    compexp: compexp({ vocabulary: 2000, embedding: 32, hidden: 48 }, {
      pretrain: { epochs: 3, batch: 64, learningRate: 4e-3, candidates: 5 },
      policy: { epochs: 1, batch: 128, learningRate: 1e-3, candidates: 5 },
      guidance: 0.02,
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
      pretrain: { epochs: 8, batch: 64, learningRate: 4e-3, candidates: 6 },
      policy: { epochs: 2, batch: 128, learningRate: 1e-3, candidates: 6 },
      guidance: 0.02,
    }),
    generators: generatorSettings.full,
  },
  /** Sizes and training of the papers: days on a processor. */
  paper: {
    seeds: 3,
    users: 1500,
    recommenderSeeds: [1, 2, 3],
    without: [] as readonly RowName[],
    compexp: {
      sizes: {},
      training: {
        ...compexp({}, { ...paperTraining, policy: paperTraining.policy[0] }).training,
        policy: paperTraining.policy.map((stage) => ({
          ...stage,
          weights: [...stage.weights] as [number, number],
          penalties: [...stage.penalties] as [number, number],
          orders: [...stage.orders],
        })),
        guidance: 0.02,
      },
    },
    generators: generatorSettings.paper,
  },
} as const;

export const presetNames = ["quick", "full", "paper"] as const;
export type Preset = typeof presets[typeof presetNames[number]];
