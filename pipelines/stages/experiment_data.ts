/** The data sets of the balancing experiments: how they are prepared, and the model that each is trained with. */
import * as v from "valibot";
import { loadTabularCard, locateDataset } from "../../lib/data/mod.ts";
import { type Artifact, rawFile, type StageInstance } from "../../lib/pipeline/mod.ts";
import { backendRequests } from "../../lib/tensor/mod.ts";
import prepareDataset from "./prepare_dataset.ts";
import prepareWorld from "./prepare_world.ts";

/** Training settings by dataset; what is not named has the default of `trainConfig`. */
export const trainingSettings = {
  // The calibration's model: a narrow bottom, so that the tasks have to share.
  "synthetic-multitask": { bottom: [64, 8], tower: [16], learningRate: 2e-3, batchSize: 512 },
  "census-income-kdd": {
    bottom: [128, 64],
    tower: [32],
    learningRate: 1e-3,
    batchSize: 1024,
    embeddingDim: 8,
  },
  "adult": { bottom: [64, 32], tower: [16], learningRate: 1e-3, batchSize: 512, embeddingDim: 8 },
} as const;

export type DatasetName = keyof typeof trainingSettings;

/** Training rows of the calibration's world. */
export const WORLD_ROWS = 42_000;

const count = v.pipe(v.number(), v.integer(), v.minValue(1));

/** Parameters that every balancing experiment has. */
export const experimentSettings = {
  preset: v.optional(v.picklist(["quick", "full"]), "quick"),
  /** Folder with raw data; then EQUIPOISE_DATA and data/ are searched. */
  data: v.optional(v.string(), ""),
  backend: v.optional(v.picklist(backendRequests), "auto"),
  /** How many seeds, instead of the preset's number. */
  seeds: v.optional(count),
  /** How many epochs at most, instead of the preset's numbers. */
  epochs: v.optional(count),
  /** Training rows of the synthetic world; a third as many validate, two thirds test. */
  worldRows: v.optional(count, WORLD_ROWS),
};

/** A data set that is there. */
export interface NamedDataset {
  readonly name: DatasetName;
  readonly prepared: Artifact;
}

/** What an experiment has to work with. */
export interface ExperimentData {
  /** The synthetic world. */
  readonly world: StageInstance<"dataset/">;
  readonly datasets: readonly NamedDataset[];
  /** Those that are not, and why. */
  readonly missing: string[];
}

/**
 * Prepares data sets; those whose files are not found are left out.
 *
 * @param options.data Folder with raw data; then EQUIPOISE_DATA and data/ are searched.
 * @param options.worldRows Training rows of the synthetic world; a third as many validate, two thirds test.
 */
export async function experimentData(
  { names, data, worldRows }: { names: readonly DatasetName[]; data: string; worldRows: number },
): Promise<ExperimentData> {
  const world = prepareWorld({
    params: {
      rows: { train: worldRows, validation: Math.ceil(worldRows / 3), test: Math.ceil(2 * worldRows / 3) },
    },
  });
  const datasets: NamedDataset[] = [];
  const missing: string[] = [];
  for (const name of names) {
    if (name === "synthetic-multitask") {
      datasets.push({ name, prepared: world.outputs["dataset/"] });
      continue;
    }
    const location = await locateDataset(await loadTabularCard(name), {
      dataDir: data,
      environment: Deno.env.get("EQUIPOISE_DATA"),
    });
    if (location.found) {
      const prepared = prepareDataset({
        label: name,
        inputs: { card: rawFile(`data/${name}.json`), files: location.paths.map(rawFile) },
      });
      datasets.push({ name, prepared: prepared.outputs["dataset/"] });
    } else {
      missing.push(`${name}, which was not found: ${location.advice}`);
    }
  }
  return { world, datasets, missing };
}
