import { canonicalJson } from "../base/canonical_json.ts";
import { describeDifference } from "./difference.ts";
import type { RunRecord } from "../history/run_record.ts";
import type { Store } from "../store/store.ts";

/** What differs in one stage between two runs. */
export interface StageDifference {
  readonly stage: string;
  /** "changed": another key. "unstable": the same key, yet other bytes: the stage is not deterministic. */
  readonly kind: "added" | "removed" | "changed" | "unstable" | "outcome";
  readonly details: readonly string[];
}

/** What differs between two runs. */
export interface RunDifference {
  /** Parameters of the pipeline: "preset: \"quick\" -> \"full\"". */
  readonly params: readonly string[];
  readonly stages: readonly StageDifference[];
  /** Stages that had the same result in both. */
  readonly same: number;
}

/** Compares two runs by the keys and outputs of their stages; what changed in a key comes from the store. */
export function compareRuns(store: Store, before: RunRecord, now: RunRecord): RunDifference {
  const names = new Set([...Object.keys(before.params), ...Object.keys(now.params)]);
  const params = [...names].flatMap((name) => {
    const [a, b] = [before, now].map((
      run,
    ) => (name in run.params ? canonicalJson(run.params[name]) : "not set"));
    return a === b ? [] : [`${name}: ${a} -> ${b}`];
  });
  const [inBefore, inNow] = [new Set(before.stages), new Set(now.stages)];
  const both = inBefore.intersection(inNow);
  const stages = [...inBefore.union(inNow)].flatMap((stage): StageDifference[] => {
    if (!both.has(stage)) return [{ stage, kind: inNow.has(stage) ? "added" : "removed", details: [] }];
    const difference = compareStage(store, before, now, stage);
    return difference === undefined ? [] : [difference];
  });
  const same = both.size - stages.filter(({ stage }) => both.has(stage)).length;
  return { params, stages, same };
}

/** What differs in a stage that both runs have. */
function compareStage(
  store: Store,
  before: RunRecord,
  now: RunRecord,
  stage: string,
): StageDifference | undefined {
  const [a, b] = [before, now].map((run) => run.results.get(stage));
  if (a === undefined || b === undefined) {
    if (a === b && before.errors.get(stage) === now.errors.get(stage)) return undefined;
    const [was, is] = [before, now].map((run) => outcomeOf(run, stage));
    return { stage, kind: "outcome", details: [`${was} -> ${is}`] };
  }
  if (a !== b) {
    const [of, to] = [store.manifest(a), store.manifest(b)];
    if (of === undefined || to === undefined) {
      return { stage, kind: "changed", details: ["its key; the result is no longer in the store"] };
    }
    const outputs = Object.keys(to.outputs).every((name) => of.outputs[name]?.hash === to.outputs[name].hash)
      ? ["the outputs are the same"]
      : [];
    return { stage, kind: "changed", details: [...describeDifference(of, to), ...outputs] };
  }
  const [madeA, madeB] = [before, now].map((run) => run.made.get(stage));
  const unstable = Object.keys(madeB ?? {}).filter((name) =>
    madeA?.[name] !== undefined && madeA[name] !== madeB?.[name]
  );
  if (unstable.length === 0) return undefined;
  return { stage, kind: "unstable", details: unstable.map((name) => `output ${name} has other bytes`) };
}

function outcomeOf(run: RunRecord, stage: string): string {
  if (run.results.has(stage)) return "done";
  return run.errors.get(stage) ?? "not reached";
}
