/**
 * The two-objective toy of CAGrad (Liu et al., 2021), Nash-MTL (Navon et al., 2022) and FAMO (Liu et al., 2023): which
 * balancing methods reach the Pareto front from which starts, and which get stuck in a valley on the way.
 *
 * Each method descends from every start of both settings. The table says where it ended, the plot how it came there.
 *
 *     deno task toy
 *     deno task toy --set preset=full
 *     deno task toy --set 'methods=mgda,cagrad(c=1)'
 */
import * as v from "valibot";
import {
  balancerNames,
  defaultBalancers,
  knownOutcomes,
  parseBalancer,
  parseBalancers,
  toyScales,
  toySettings,
} from "../lib/balance/toy/mod.ts";
import { definePipeline, grid, type StageInstance } from "../lib/pipeline/mod.ts";
import toyPlot from "./stages/toy_plot.ts";
import toyRun from "./stages/toy_run.ts";
import toyTable from "./stages/toy_table.ts";

/** The methods whose outcomes are known; some are variants with options. */
const known = [...new Set(knownOutcomes.map(({ method }) => method))];

/** The methods of the papers. */
const ofPapers = [
  ...["ew", "mgda", "imtl-g", "pcgrad", "cagrad", "nash-mtl", "aligned-mtl"],
  "aligned-mtl(rankTolerance=2.4e-7)",
  ...["famo", "famo(gamma=0)"],
];

/** What a preset spends: settings, methods, and steps where they are fewer than a setting's own. */
const presets = {
  // The methods of the papers, and the steps that the slowest of them, CAGrad, needs to arrive.
  quick: { scales: ["0.1"], methods: () => inOrder(ofPapers), iterations: 40_000 },
  // Every method, and the variants whose outcomes are known.
  full: {
    scales: toyScales,
    methods: () =>
      inOrder([
        ...new Set([...defaultBalancers().balancers.map(({ text }) => text), ...known]),
      ]),
    iterations: undefined,
  },
} as const;

const settingsSchema = v.object({
  preset: v.optional(v.picklist(["quick", "full"]), "quick"),
  /** Methods, each a name or a name with options, "famo(gamma=0)"; instead of the preset's. A list, or parted by commas. */
  methods: v.optional(v.union([v.pipe(v.array(v.string()), v.minLength(1)), v.string()])),
  /** Settings, by the scale of the first loss. */
  scales: v.optional(v.pipe(v.array(v.picklist(toyScales)), v.minLength(1))),
  /** Steps from each start. */
  iterations: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
});

export default definePipeline({
  name: "toy",
  params: settingsSchema,
  stages(params) {
    const preset = presets[params.preset];
    const given = params.methods ?? preset.methods();
    const named = typeof given === "string" ? parseBalancers(given) : given.map(parseBalancer);
    const methods = [...new Set(named.map(({ text }) => text))];
    const scales = toyScales.filter((scale) =>
      (params.scales ?? preset.scales as readonly string[]).includes(scale)
    );
    const runs = grid({ scale: scales, method: methods }, ({ scale, method }) => {
      const iterations = params.iterations ?? preset.iterations ?? toySettings[scale].iterations;
      return toyRun({ label: `${method}, scale ${scale}`, params: { method, scale, iterations } });
    });
    const inputs = { runs: runs.outputs("run.json") };
    const table = toyTable({
      inputs,
      publish: { "toy.md": "results/toy.md", "toy.csv": "results/toy.csv" },
    });
    const plot = toyPlot({ inputs, publish: { "toy.svg": "results/toy.svg" } });
    return [table, plot] satisfies StageInstance[];
  },
});

function inOrder(texts: readonly string[]): string[] {
  return texts.toSorted((a, b) => balancerNames.indexOf(nameOf(a)) - balancerNames.indexOf(nameOf(b)));
}

function nameOf(text: string): string {
  return text.replace(/\(.*/s, "");
}
