/** The whole training of CompExp on the tiny world, with each of its phases. */
import {
  type CompExpTraining,
  createCompExp,
  paperTraining,
  trainCompExp,
  type TrainingReport,
} from "./parts.ts";
import type { StoredTensor } from "../../../lib/tensor/mod.ts";
import { rated, tinyReader, tinySizes, tinyWorld } from "./tiny_world.ts";

const [stage] = paperTraining.policy;

export const tinyTraining: CompExpTraining = {
  ...paperTraining,
  seed: 3,
  warmUp: { epochs: 2, batch: 8, learningRate: 1e-2 },
  pretrain: { epochs: 3, batch: 8, learningRate: 1e-2, candidates: 4, references: 3 },
  policy: [{ ...stage, epochs: 2, batch: 12, learningRate: 2e-3, candidates: 3, references: 2 }],
  ...{ samples: 2, guidance: .02, rewrites: 2, patience: 5 },
};

/** Trains from the start, or from where the checkpoint is. */
export async function trainTiny(
  changes: Partial<CompExpTraining> = {},
  options: Parameters<typeof trainCompExp>[3] = {},
): Promise<{ report: TrainingReport; values: Record<string, StoredTensor> }> {
  const corpus = tinyWorld();
  const model = createCompExp(corpus, { ...tinySizes, reader: tinyReader, seed: changes.seed ?? 3 });
  try {
    const training = { ...tinyTraining, ...changes };
    const report = await trainCompExp(model, rated(corpus, corpus.validation), training, options);
    return { report, values: await model.parameters.all.copy() };
  } finally {
    model.parameters.all.dispose();
  }
}
