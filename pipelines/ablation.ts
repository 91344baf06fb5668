/**
 * MultiBalance's own choices, of which the constants are reconstructed: each is changed by itself, from the defaults,
 * on the synthetic world and on Census-Income. Which of them matter, and which value would validation choose?
 *
 *     deno task pipeline run pipelines/ablation.ts --set preset=quick
 */
import * as v from "valibot";
import { type MmoeCut, trainConfig } from "../lib/balance/mod.ts";
import { definePipeline, grid, seeds } from "../lib/pipeline/mod.ts";
import { resolveBackend } from "../lib/tensor/mod.ts";
import ablationTable from "./stages/ablation_table.ts";
import assess from "./stages/assess.ts";
import {
  experimentData,
  experimentSettings,
  trainingSettings,
  WORLD_ROWS,
} from "./stages/experiment_data.ts";
import train from "./stages/train.ts";

/** The values that take the place of each default, one at a time. */
const sweeps = {
  quick: {
    // The default is 0.01; at 1 every batch's own magnitude counts.
    gamma: [0.001, 0.1, 1],
    // The default is 1; at 0 lambda stays uniform and the magnitudes alone act.
    beta: [0, 0.1, 10],
    // The default is 0.1.
    rho: [0, 1],
    gram: ["trace", "raw"],
    start: ["zero"],
    scale: ["simplex"],
    direction: ["sdmgrad"],
  },
  full: {
    gamma: [0.001, 0.003, 0.03, 0.1, 1],
    beta: [0, 0.01, 0.1, 0.3, 3, 10],
    rho: [0, 0.01, 1, 10],
    gram: ["trace", "raw"],
    start: ["zero"],
    scale: ["simplex"],
    direction: ["sdmgrad"],
  },
} as const;

/** What a preset spends: seeds, epochs, and bootstrap resamples of each test. */
const presets = {
  quick: { seeds: 3, epochs: { "synthetic-multitask": 12, "census-income-kdd": 4 }, resamples: 300 },
  full: { seeds: 10, epochs: { "synthetic-multitask": 12, "census-income-kdd": 6 }, resamples: 1000 },
} as const;

const settingsSchema = v.object(experimentSettings);

export default definePipeline({
  name: "ablation",
  params: settingsSchema,
  async stages(params) {
    const preset = presets[params.preset];
    const chosenSeeds = seeds(params.seeds ?? preset.seeds);
    const backend = await resolveBackend(params.backend, {
      blas: Deno.env.get("EQUIPOISE_BLAS") || undefined,
    });
    const { datasets, missing } = await experimentData({
      names: ["synthetic-multitask", "census-income-kdd"],
      data: params.data,
      worldRows: params.worldRows,
    });
    const choices = variantsOf(sweeps[params.preset]);
    const experiments = datasets.flatMap(({ name: dataset, prepared: input }) => [
      { title: dataset, dataset, input, backbone: "shared-bottom" as const, variants: choices },
      // Only MMoE can be cut at two places, and the world has nothing below the input that would learn.
      ...dataset === "synthetic-multitask"
        ? []
        : [{ title: `${dataset}, MMoE`, dataset, input, backbone: "mmoe" as const, variants: cuts }],
    ]);

    const parts = experiments.map(({ title, dataset, input, backbone, variants }) => {
      const runs = grid({ method: variants, seed: chosenSeeds }, ({ method: variant, seed }) =>
        train({
          label: `${variant.name}, seed ${seed}, ${title}`,
          params: {
            backend,
            config: v.parse(trainConfig, {
              ...trainingSettings[dataset],
              epochs: params.epochs ?? preset.epochs[dataset as keyof typeof preset.epochs],
              ...{ backbone, cut: variant.cut, seed },
              ...{ balancer: variant.balancer, balancerOptions: variant.options },
              level: variant.balancer === "ew" ? "loss" : "representation",
            }),
          },
          inputs: { dataset: input },
        }));
      const scores = runs.outputs("scores.json");
      const assessment = assess({
        label: title,
        params: {
          ...{ dataset: title, backbone, runs: runs.points },
          ...{ against: DEFAULT, resamples: preset.resamples },
        },
        inputs: { predictions: runs.outputs("predictions.safetensors"), scores },
      });
      return { points: runs.points.map((point) => ({ dataset: title, ...point })), scores, assessment };
    });

    const { seeds: _, ...overridden } = params;
    return [
      ablationTable({
        params: {
          variants: [...choices, ...cuts.filter(({ name }) => !choices.some((other) => other.name === name))]
            .map(({ name, choice, setting }) => ({ name, choice, setting })),
          baseline: DEFAULT,
          runs: parts.flatMap(({ points }) => points),
          preamble: [presetLine({ ...overridden, seeds: chosenSeeds.length }), ...preamble],
          missing,
        },
        inputs: {
          assessments: parts.map(({ assessment }) => assessment.outputs["assessment.json"]),
          scores: parts.flatMap(({ scores }) => scores),
        },
        publish: {
          "ablation.md": "results/multibalance_ablation.md",
          "ablation.csv": "results/multibalance_ablation.csv",
        },
      }),
    ];
  },
});

const DEFAULT = "default";

/** One row of the table: a configuration of a balancer. */
interface Variant {
  readonly name: string;
  readonly choice: string;
  readonly setting: string;
  readonly balancer: string;
  readonly options: Record<string, unknown>;
  /** Where MMoE is cut; the default if absent. */
  readonly cut?: MmoeCut;
}

const defaults: Variant = {
  ...{ name: DEFAULT, choice: "(defaults)", setting: "all" },
  ...{ balancer: "multibalance", options: {} },
};
const rival: Variant = {
  ...{ name: "equal weights", choice: "(rival)", setting: "equal weights" },
  ...{ balancer: "ew", options: {} },
};

/** Where the representation is: MMoE's input is the default, its stacked experts the other place. */
const cuts: readonly Variant[] = [
  defaults,
  { ...defaults, name: "cut experts", choice: "cut", setting: "experts", cut: "experts" },
  rival,
];

/** The defaults, each other value of each choice, and equal weights for comparison. */
function variantsOf(sweep: Readonly<Record<string, readonly unknown[]>>): Variant[] {
  return [
    defaults,
    ...Object.entries(sweep).flatMap(([choice, values]) =>
      values.map((value) => ({
        ...{ name: `${choice} ${value}`, choice, setting: `${value}`, balancer: "multibalance" },
        options: { [choice]: value },
      }))
    ),
    rival,
  ];
}

/** What differs from the preset, so that a table never claims to be one that it is not. */
function presetLine(
  { preset, seeds, epochs, worldRows, backend }: v.InferOutput<typeof settingsSchema>,
): string {
  const given = {
    ...seeds === presets[preset].seeds ? {} : { seeds },
    ...epochs === undefined ? {} : { epochs },
    ...worldRows === WORLD_ROWS ? {} : { worldRows },
    ...backend === "auto" ? {} : { backend },
  };
  const named = Object.entries(given).map(([name, value]) => `${name} ${value}`);
  return `Preset ${preset}${named.length === 0 ? "" : `, with ${named.join(", ")}`}.`;
}

const preamble = [
  "MultiBalance at its defaults (gamma 0.01, beta 1, rho 0.1, gram cosine, start first, scale tasks, direction " +
  "multibalance), and with one choice changed at a time; shared bottom, balanced at the representation, where not said otherwise. Gains are in " +
  "NE over the defaults, in percent: positive is better than the defaults. The epoch is selected by mean NE on the " +
  "validation split. A choice is to be argued from the validation columns; the test columns say whether that holds.",
  "With two tasks and the cosine Gram matrix uniform lambda is a fixed point, and a stable one while beta is below " +
  "2 / (1 - cosine of the gradients). So on Census-Income beta, rho and direction change rounding at most, until a " +
  "large beta makes lambda leap from one vertex of the simplex to the other.",
  "With start zero the shared gradient grows over the first steps, and Adam, which remembers smaller ones, takes longer " +
  "steps: part of what it gains is what a larger learning rate gains.",
  "MMoE is cut at its input, the concatenated embeddings, by default; cut at its stacked experts, each task's gradient " +
  "reaches them through a gate of its own.",
];
