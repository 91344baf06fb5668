import * as v from "valibot";
import {
  createBalancer,
  descend,
  type Descent,
  parseBalancer,
  type ToyScale,
  toyScales,
  toySettings,
} from "../../lib/balance/toy/mod.ts";
import { defineStage } from "../../lib/pipeline/mod.ts";

/** What `run.json` says of one method in one setting. */
export interface ToyRun {
  readonly method: string;
  readonly scale: ToyScale;
  readonly iterations: number;
  /** One a start, in the order of the setting. */
  readonly descents: readonly Descent[];
}

/** Descends the toy with one method from every start of a setting. */
export default defineStage({
  name: "toy-run",
  module: import.meta.url,
  params: v.object({
    method: v.string(),
    scale: v.picklist(toyScales),
    iterations: v.pipe(v.number(), v.integer(), v.minValue(1)),
  }),
  inputs: [],
  outputs: ["run.json"],
  async run(ctx) {
    const { method, scale, iterations } = ctx.params;
    const { name, options } = parseBalancer(method);
    const { s, starts } = toySettings[scale];
    const descents = starts.map((start, i) => {
      const descent = descend(createBalancer(name, options), s, start, iterations);
      ctx.progress(i + 1, starts.length, { unit: "starts" });
      return descent;
    });
    const run: ToyRun = { method, scale, iterations, descents };
    await Deno.writeTextFile(ctx.outputs["run.json"], JSON.stringify(run) + "\n");
  },
});

/** How many of a run's starts ended on the front. */
export function frontsOf({ descents }: ToyRun): number {
  return descents.filter(({ outcome }) => outcome === "front").length;
}
