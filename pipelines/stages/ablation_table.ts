import * as v from "valibot";
import {
  type CellTest,
  createResultTable,
  pairedT,
  relativeGain,
  type ResultRecord,
  toCsv,
  toMarkdown,
} from "../../lib/eval/mod.ts";
import { defineStage } from "../../lib/pipeline/mod.ts";
import type { Assessment } from "./assess.ts";
import { ALL_TASKS } from "./names.ts";

/** A row of the table: one choice at one setting. */
const variant = v.object({ name: v.string(), choice: v.string(), setting: v.string() });
const run = v.object({ dataset: v.string(), method: v.string(), seed: v.number() });

type Variant = v.InferOutput<typeof variant>;
type Run = v.InferOutput<typeof run>;

/** What this table reads of a training run's `scores.json`. */
interface SelectedRun {
  readonly selection: {
    readonly bestEpoch: number;
    readonly history: readonly { readonly validation: readonly { readonly relativeLoss: number }[] }[];
  };
}

/** The choices of one method, each changed by itself: gains over the baseline on validation and test. */
export default defineStage({
  name: "ablation-table",
  module: import.meta.url,
  params: v.object({
    /** Rows, in order. */
    variants: v.array(variant),
    /** The variant that the gains are over. */
    baseline: v.string(),
    /** Dataset, variant and seed of each of the scores, in order. */
    runs: v.array(run),
    /** Sentences above the tables. */
    preamble: v.array(v.string()),
    /** Datasets that were left out, and why. */
    missing: v.array(v.string()),
  }),
  inputs: ["assessments", "scores"],
  outputs: ["ablation.md", "ablation.csv"],
  permissions: { sys: true },
  async run(ctx) {
    const { baseline, runs, preamble, missing } = ctx.params;
    const read = async <T>(paths: readonly string[]): Promise<T[]> =>
      await Promise.all(paths.map(async (path) => JSON.parse(await Deno.readTextFile(path))));
    const assessments = await read<Assessment>(ctx.inputList("assessments"));
    const scores = await read<SelectedRun>(ctx.inputList("scores"));
    const markdown = ["# MultiBalance: ablation", ...preamble];
    const everything: ResultRecord[] = [];
    for (const assessment of assessments) {
      const { dataset, tasks, seeds, examples, backend } = assessment;
      const selected = runs.flatMap((run, i) => run.dataset === dataset ? [{ ...run, ...scores[i] }] : []);
      const variants = ctx.params.variants.filter(({ name }) =>
        selected.some(({ method }) => method === name)
      );
      const validation = validationGains(selected, baseline);
      const test = assessment.records.filter(({ metric }) => metric === "gain")
        .map((record) => ({ ...record, split: "test" }));
      const records = [...validation, ...test].map((record) => inRow(record, variants));
      const tests = [
        ...validationTests(validation, baseline),
        ...assessment.tests.filter(({ metric }) => metric === "gain").map((test) => ({
          ...test,
          split: "test",
        })),
      ].map((test) => inRow(test, variants));
      everything.push(...records);
      const table = await createResultTable(records, {
        caption: `NE gain over the defaults, %: ${dataset}, ${seeds} seeds, ${examples} test examples`,
        rows: ["choice", "setting"],
        columns: ["split", "task"],
        order: {
          choice: variants.map(({ choice }) => choice),
          setting: variants.map(({ setting }) => setting).toSorted(compareSettings),
          split: ["validation", "test"],
          task: [ALL_TASKS, ...tasks],
        },
        significance: { against: "the defaults", tests },
        footnotes: [
          "Holm's correction is over the settings of one choice: each choice is a question of its own",
        ],
      });
      markdown.push(
        `## ${dataset}`,
        `${headline(validation, tests, variants, baseline)} Trained on backend ${backend}.`,
        toMarkdown(table).trim(),
      );
    }
    markdown.push(...missing.map((reason) => `Left out: ${reason}.`));
    const all = await createResultTable(everything, {
      caption: "MultiBalance: ablation",
      rows: ["dataset", "choice", "setting"],
      columns: ["split", "task"],
    });
    await Deno.writeTextFile(ctx.outputs["ablation.md"], markdown.join("\n\n") + "\n");
    await Deno.writeTextFile(ctx.outputs["ablation.csv"], toCsv(all));
  },
});

/** A record or test with the fields that make its row. */
function inRow<T extends Readonly<Record<string, unknown>>>(record: T, variants: readonly Variant[]) {
  const { choice, setting } = variants.find(({ name }) => name === record.method)!;
  return { ...record, choice, setting };
}

/** Numbers in ascending order, then words as they come. */
function compareSettings(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)].map((number) => Number.isNaN(number) ? Infinity : number);
  return x === y ? 0 : x - y;
}

type ValidationGain = ResultRecord & { readonly value: number; readonly split: "validation" };

/** The mean gain over the tasks at the selected epoch, of every run over the baseline's with the same seed. */
function validationGains(runs: readonly (Run & SelectedRun)[], baseline: string): ValidationGain[] {
  const losses = ({ selection: { history, bestEpoch } }: SelectedRun) =>
    history[bestEpoch - 1].validation.map(({ relativeLoss }) => relativeLoss);
  return runs.map((run) => {
    const { dataset, method, seed } = run;
    const base = losses(runs.find((other) => other.method === baseline && other.seed === seed)!);
    const gains = losses(run).map((loss, m) => relativeGain(loss, base[m]));
    const value = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
    return { ...{ dataset, method, seed, value }, task: ALL_TASKS, metric: "gain", split: "validation" };
  });
}

/** Paired t over seeds, against the baseline's gain of 0; none with a single seed. */
function validationTests(gains: readonly ValidationGain[], baseline: string): CellTest[] {
  return [...Map.groupBy(gains, ({ method }) => method)].flatMap(([method, own]) => {
    if (method === baseline || own.length < 2) return [];
    const { p } = pairedT(own.map(() => 0), own.map(({ value }) => value));
    return [{ method, task: ALL_TASKS, metric: "gain", split: "validation", p }];
  });
}

/** The answer before the table: which setting validation would choose, and where a choice matters at all. */
function headline(
  gains: readonly ValidationGain[],
  tests: readonly CellTest[],
  variants: readonly Variant[],
  baseline: string,
): string {
  const mean = (method: string) => {
    const own = gains.filter((gain) => gain.method === method);
    return own.reduce((sum, { value }) => sum + value, 0) / own.length;
  };
  const own = variants.filter(({ choice, name }) => name === baseline || !choice.startsWith("("));
  const best = own.reduce((a, b) => mean(b.name) > mean(a.name) ? b : a);
  const meanTests = tests.filter(({ split, task }) => split === "validation" && task === ALL_TASKS);
  const p = meanTests.find(({ method }) => method === best.name)?.p;
  const signed = (value: number) => `${value < 0 ? "" : "+"}${value.toFixed(2)}%`;
  const chosen = best.name === baseline
    ? "No setting is better than the defaults on validation."
    : `Validation would choose ${best.choice} ${best.setting}: ${signed(mean(best.name))} over the defaults` +
      `${p === undefined ? "" : ` (paired t over seeds, p = ${p.toFixed(3)} before correction)`}.`;
  const spread = [...Map.groupBy(own.filter(({ name }) => name !== baseline), ({ choice }) => choice)]
    .map(([choice, settings]) => {
      const means = settings.map(({ name }) => mean(name));
      return `${choice} ${signed(Math.min(...means))} to ${signed(Math.max(...means))}`;
    });
  return `${chosen} What one change does to the mean on validation: ${spread.join(", ")}.`;
}
