/**
 * MultiBalance (He et al., 2024, arXiv 2411.11871): what balancing per-task gradients at the shared representation
 * does to the quality of every task, and what it costs in training speed.
 *
 * Each dataset is prepared once. Each method trains on it with each seed, selects its epoch on the validation split,
 * and predicts the test split once. Equal weights, tuned static weights and single-task models are the rivals.
 *
 *     deno task reproduce --preset quick
 *     deno task pipeline run pipelines/multibalance.ts --set preset=full
 *     deno task pipeline run pipelines/multibalance.ts --set methods=multibalance,mgda,mgda-param
 */
import * as v from "valibot";
import { balancerOptionNames, methodOf, trainConfig } from "../lib/balance/mod.ts";
import { definePipeline, grid, seeds, type StageInstance } from "../lib/pipeline/mod.ts";
import { resolveBackend } from "../lib/tensor/mod.ts";
import assess from "./stages/assess.ts";
import costTable from "./stages/cost_table.ts";
import {
  experimentData,
  experimentSettings,
  type NamedDataset,
  trainingSettings,
  WORLD_ROWS,
} from "./stages/experiment_data.ts";
import measureCost from "./stages/measure_cost.ts";
import { gradientBalancers, methodList, type MethodRow, methodRows } from "./stages/method_rows.ts";
import qualityTable from "./stages/quality_table.ts";
import trainJoint from "./stages/train.ts";
import trainSingleTasks from "./stages/train_single_tasks.ts";
import tuneStatic from "./stages/tune_static.ts";

/** Rows of the tables, in order, unless others are asked for. */
const defaultMethods = [
  "single-task",
  "ew",
  "static",
  "multibalance",
  "mgda",
  "imtl-g",
  "pcgrad",
  "moco",
  "cagrad",
];

/** What a preset spends: seeds, epochs, backbones, candidates of static weights, and timed steps. */
const presets = {
  quick: {
    seeds: 2,
    epochs: { "synthetic-multitask": 12, "census-income-kdd": 4, "adult": 6 },
    backbones: ["shared-bottom"],
    candidates: 4,
    cost: { batch: 2048, steps: 6 },
  },
  full: {
    seeds: 5,
    epochs: { "synthetic-multitask": 12, "census-income-kdd": 6, "adult": 8 },
    backbones: ["shared-bottom", "mmoe"],
    candidates: 6,
    cost: { batch: 4096, steps: 12 },
  },
} as const;

type Backbone = typeof presets.full.backbones[number];

const settingsSchema = v.object({
  ...experimentSettings,
  /** Rows of the tables beside equal weights and single-task models: balancers, with -param for the parameter level. */
  methods: v.optional(methodList),
});

export default definePipeline({
  name: "multibalance",
  params: settingsSchema,
  async stages(params) {
    const preset = presets[params.preset];
    const presetLine = `Preset ${params.preset}${overrides(params)}.`;
    const backend = await resolveBackend(params.backend, {
      blas: Deno.env.get("EQUIPOISE_BLAS") || undefined,
    });

    const rivals = methodRows(params.methods ?? defaultMethods);

    const { world, datasets, missing } = await experimentData({
      names: ["synthetic-multitask", "census-income-kdd", "adult"],
      data: params.data,
      worldRows: params.worldRows,
    });

    /** One method with one seed on one dataset. */
    function trainOne(dataset: NamedDataset, backbone: Backbone, method: string, seed: number) {
      const { balancer, level } = method === "single-task" ? methodOf("ew") : methodOf(method);
      const config = v.parse(trainConfig, {
        ...trainingSettings[dataset.name],
        // The world has numeric fields alone, so below MMoE's input nothing learns: it is cut at the experts.
        ...{
          backbone,
          cut: "experts",
          balancer,
          level,
          seed,
          epochs: params.epochs ?? preset.epochs[dataset.name],
        },
        balancerOptions: balancerOptionNames(balancer).includes("seed") ? { seed } : {},
      });
      const common = {
        label: `${method}, seed ${seed}, ${dataset.name}, ${backbone}`,
        inputs: { dataset: dataset.prepared },
      };
      if (method === "single-task") return trainSingleTasks({ ...common, params: { backend, config } });
      if (method === "static") {
        return tuneStatic({ ...common, params: { backend, config, candidates: preset.candidates } });
      }
      return trainJoint({ ...common, params: { backend, config } });
    }

    const runs = grid(
      {
        dataset: datasets,
        backbone: preset.backbones,
        method: rivals,
        seed: seeds(params.seeds ?? preset.seeds),
      },
      ({ dataset, backbone, method, seed }) => trainOne(dataset, backbone, method.name, seed),
    );
    const assessments = runs.over(["method", "seed"], ({ dataset, backbone }, runs) =>
      assess({
        label: `${dataset.name}, ${backbone}`,
        params: { dataset: dataset.name, backbone, runs: runs.points },
        inputs: {
          predictions: runs.outputs("predictions.safetensors"),
          scores: runs.outputs("scores.json"),
        },
      }));
    const quality = qualityTable({
      params: {
        methods: rivals,
        preamble: [presetLine, ...qualityPreamble(rivals)],
        optima: ["synthetic-multitask"],
        missing,
      },
      inputs: {
        assessments: assessments.outputs("assessment.json"),
        optima: [world.outputs["dataset/"]],
      },
      publish: {
        "quality.md": "results/multibalance_quality.md",
        "quality.tex": "results/multibalance_quality.tex",
        "quality.csv": "results/multibalance_quality.csv",
      },
    });

    const balancers = gradientBalancers(rivals);
    const measurements = grid({ backbone: preset.backbones }, ({ backbone }) =>
      measureCost({
        label: backbone,
        params: {
          backend,
          workload: { batch: preset.cost.batch, backbone },
          methods: ["ew", ...balancers, ...balancers.map((name) => `${name}-param`)],
          steps: preset.cost.steps,
        },
        resources: { cores: "all" },
      }));
    const cost = costTable({
      params: { preamble: [presetLine, ...costPreamble] },
      inputs: { measurements: measurements.outputs("cost.json") },
      publish: { "cost.md": "results/multibalance_cost.md", "cost.csv": "results/multibalance_cost.csv" },
    });
    return [quality, cost] satisfies StageInstance[];
  },
});

/** What differs from the preset, so that a table never claims to be one that it is not. */
function overrides(
  { seeds, epochs, methods, worldRows, backend }: v.InferOutput<typeof settingsSchema>,
): string {
  const given = {
    seeds,
    epochs,
    methods: methods?.join(" and "),
    ...worldRows === WORLD_ROWS ? {} : { worldRows },
  };
  const named = Object.entries({ ...given, ...backend === "auto" ? {} : { backend } })
    .filter(([, value]) => value !== undefined).map(([name, value]) => `${name} ${value}`);
  return named.length === 0 ? "" : `, with ${named.join(", ")}`;
}

const qualityPreamble = (rows: readonly MethodRow[]) => [
  "Normalized entropy (NE) is the mean log loss over the entropy of the base rate: 1 is a model that knows the base " +
  "rate alone, lower is better. Every method has the same model, the same batches in the same order, and Adam. The " +
  "epoch is selected by mean NE on the validation split; the test split is read once, at the end.",
  "Gradient methods work on per-sample gradients of the shared representation, each in its authors' scale: " +
  "MultiBalance multiplies its simplex weights by the number of tasks, to compare with the sum of the losses; those " +
  "of MGDA and IMTL-G sum to 1, which Adam makes up for. Static weights are the best of several candidates on validation: " +
  "a multiple of the training cost of every other row. MultiBalance's constants are reconstructed, not the authors'.",
  ...rows.some(({ name }) => name === "moco")
    ? [
      "MoCo averages gradients over batches. At the representation these belong to different examples, so it is no " +
      "match there; it was made for parameters.",
    ]
    : [],
  ...rows.some(({ name }) => name.endsWith("-param"))
    ? ["Rows that say so balance the gradients of all shared parameters instead, at a multiple of the cost."]
    : [],
];

const costPreamble = [
  "Training speed on one machine in one run, in examples a second (QPS) and relative to equal weights. At the " +
  "representation a method needs one backward pass of the shared part, at the parameters one for every task.",
];
