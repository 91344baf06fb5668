import * as v from "valibot";
import { createResultTable, type ResultRecord, toCsv, toMarkdown } from "../../lib/eval/mod.ts";
import { defineStage } from "../../lib/pipeline/mod.ts";
import type { CostMeasurement } from "./measure_cost.ts";
import { ALL_TASKS, EQUAL_WEIGHTS } from "./names.ts";

/** The paper-style cost table: training speed relative to equal weights, at both levels. */
export default defineStage({
  name: "cost-table",
  module: import.meta.url,
  params: v.object({ preamble: v.array(v.string()) }),
  inputs: ["measurements"],
  outputs: ["cost.md", "cost.csv"],
  permissions: { sys: true },
  async run(ctx) {
    const measurements: CostMeasurement[] = await Promise.all(
      ctx.inputList("measurements").map(async (path) => JSON.parse(await Deno.readTextFile(path))),
    );
    const markdown = ["# MultiBalance: cost", ...ctx.params.preamble];
    const everything: ResultRecord[] = [];
    for (const measurement of measurements) {
      const { workload, backend, steps } = measurement;
      const records = recordsOf(measurement);
      everything.push(...records);
      const table = await createResultTable(records, {
        caption: `Training speed, ${workload.backbone}: ${workload.tasks} tasks, batch ${workload.batch}, ` +
          `${workload.fields} fields of width ${workload.dim}, ${workload.rows} embedding rows, ` +
          `bottom ${workload.bottom.join("-")}, towers ${workload.tower.join("-")}`,
        columns: ["level", "metric"],
        order: { level: ["representation", "parameter"], metric: ["qps", "relative"] },
        metrics: {
          qps: { label: "QPS", decimals: 0, direction: "none" },
          relative: { label: "QPS, % of ew", decimals: 1, direction: "none" },
        },
        footnotes: [
          `Median of ${steps} steps, embeddings and optimizers included; the methods take turns, one step each`,
          `Backend: ${backend}`,
        ],
      });
      markdown.push(toMarkdown(table).trim());
    }
    const all = await createResultTable(everything, {
      caption: "MultiBalance: cost",
      rows: ["backbone", "method"],
      columns: ["level", "metric"],
    });
    await Deno.writeTextFile(ctx.outputs["cost.md"], markdown.join("\n\n") + "\n");
    await Deno.writeTextFile(ctx.outputs["cost.csv"], toCsv(all));
  },
});

/** QPS of each method, and relative to equal weights in the same measurement. */
function recordsOf({ methods, workload: { backbone } }: CostMeasurement): ResultRecord[] {
  const equal = methods.find(({ method }) => method === EQUAL_WEIGHTS)!;
  return methods.flatMap(({ balancer, level, qps }) => {
    const common = { backbone, method: balancer, task: ALL_TASKS, seed: 1 };
    // A weighting of losses has no level of its own; it stands beside the methods that cost as much.
    const column = level === "parameter" ? "parameter" : "representation";
    return [
      { ...common, level: column, metric: "qps", value: qps },
      { ...common, level: column, metric: "relative", value: 100 * qps / equal.qps },
    ];
  });
}
