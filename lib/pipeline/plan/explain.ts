import { describeDifference, type KeyOrigin } from "./difference.ts";
import type { LoadedPipeline } from "./load.ts";
import { type PlannedStage, Planner, recordInput } from "./planner.ts";
import { findAll } from "./selection.ts";
import type { StageInstance } from "../define/stage.ts";
import { madeAt, type Manifest, Store } from "../store/store.ts";

/** Why a stage would run, or why it ran. */
export interface Explanation {
  readonly stage: string;
  /** "hit": a run would take it from the store, and the rest is about the run that made it. */
  readonly state: "hit" | "would-run" | "blocked";
  /** When the present result was made: milliseconds since 1970. */
  readonly madeAt?: number;
  /** The nearest result that the stage is compared with: the one with the fewest differences, of those the latest. */
  readonly nearest?: { readonly stage: string; readonly key: string; readonly madeAt: number };
  /** What differs from the nearest result, or why there is none to compare with. */
  readonly reasons: readonly string[];
}

/**
 * Explains the stages called `names`; without names all that would run.
 *
 * @throws {Error} If a name is that of no stage.
 */
export async function explain(pipeline: LoadedPipeline, names: readonly string[]): Promise<Explanation[]> {
  const store = new Store(pipeline.root);
  const planner = new Planner(pipeline, store);
  const named = findAll(pipeline.instances, names);
  const results = new ResultsByStage(store);
  const explanations: Explanation[] = [];
  for (const instance of pipeline.instances) {
    const explanation = await explainOne(instance, planner, store, results, named);
    if (explanation !== undefined) explanations.push(explanation);
  }
  planner.save();
  return explanations;
}

async function explainOne(
  instance: StageInstance,
  planner: Planner,
  store: Store,
  results: ResultsByStage,
  named: ReadonlySet<StageInstance>,
): Promise<Explanation | undefined> {
  const wanted = named.size === 0 || named.has(instance);
  const { id: stage } = instance;
  const { planned, unknown } = await planner.planKnown(instance);
  if (unknown.size > 0) {
    if (!wanted) return undefined;
    const waiting = planner.unsettled(instance);
    const reads = waiting.slice(0, 5).map(({ id }) => `"${id}"`).join(", ");
    const more = waiting.length > 5 ? ` and ${waiting.length - 5} more` : "";
    const first = `it reads ${reads}${more}, which would run`;
    const origin = originOf(planned);
    const found = results.nearest(instance, (result) => describeDifference(result, origin, unknown));
    return {
      stage,
      state: "blocked",
      ...describeNearest(found),
      reasons: [first, ...found?.differences ?? []],
    };
  }
  const found = await store.lookup(planned.key);
  if (found.state === "hit") {
    planner.settle(instance, found.result);
    if (!named.has(instance)) return undefined;
    const manifest = store.manifest(planned.key);
    if (manifest === undefined) return undefined;
    const earlier = results.nearest(
      instance,
      (result) => describeDifference(result, manifest),
      (result) => result.key !== manifest.key && result.startedAt < manifest.startedAt,
    );
    const reasons = earlier?.differences ?? [noEarlier(instance)];
    return { stage, state: "hit", madeAt: madeAt(manifest), ...describeNearest(earlier), reasons };
  }
  if (!wanted) return undefined;
  if (found.state === "damaged") return { stage, state: "would-run", reasons: [found.reason] };
  const nearest = results.nearest(instance, (result) => describeDifference(result, originOf(planned)));
  const reasons = nearest?.differences ?? [noEarlier(instance)];
  return { stage, state: "would-run", ...describeNearest(nearest), reasons };
}

function originOf({ parts, code, inputs }: PlannedStage): KeyOrigin {
  return { parts, code, inputs: inputs.map(recordInput) };
}

function noEarlier({ stage }: StageInstance): string {
  return `there is no earlier result of stage "${stage.name}" in the store`;
}

interface Nearest {
  readonly manifest: Manifest;
  readonly differences: readonly string[];
}

function describeNearest(found: Nearest | undefined): Pick<Explanation, "nearest"> {
  if (found === undefined) return {};
  const { id: stage, key } = found.manifest;
  return { nearest: { stage, key, madeAt: madeAt(found.manifest) } };
}

/** The results in the store by the name of their stage, read when first asked for. */
class ResultsByStage {
  readonly #store: Store;
  #results: Map<string, Manifest[]> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The result with the fewest differences; of equals one of the same instance, then the latest. */
  nearest(
    { id, stage }: StageInstance,
    difference: (result: Manifest) => string[],
    accepts: (result: Manifest) => boolean = () => true,
  ): Nearest | undefined {
    this.#results ??= this.#read();
    const candidates = (this.#results.get(stage.name) ?? []).filter(accepts)
      .map((manifest) => ({ manifest, differences: difference(manifest) }));
    const rank = ({ manifest, differences }: Nearest) =>
      differences.length * 2 + (manifest.id === id ? 0 : 1);
    candidates.sort((a, b) => rank(a) - rank(b) || (a.manifest.startedAt < b.manifest.startedAt ? 1 : -1));
    return candidates[0];
  }

  #read(): Map<string, Manifest[]> {
    return Map.groupBy(this.#store.manifests(), ({ parts }) => parts.stage);
  }
}
