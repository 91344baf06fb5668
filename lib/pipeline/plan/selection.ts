import { expectedNames, nearestNames } from "../../text/mod.ts";
import { upstreamOf } from "../define/pipeline.ts";
import type { StageInstance } from "../define/stage.ts";

/**
 * Which stages a run may run. A name is an instance's ("train ew/seed 1"), that of a stage, which means all its
 * instances ("train"), or has "*" for any letters ("train ew/*").
 */
export interface Selection {
  /** The instances of exactly these names and nothing else. */
  readonly ids?: readonly string[];
  /** These and nothing else. */
  readonly only?: readonly string[];
  /** These and all that depends on them. */
  readonly from?: readonly string[];
  /** These and all that they need. */
  readonly until?: readonly string[];
}

/** A pipeline as far as a run is concerned with it. */
export interface Selected {
  /** The selected instances and what they need, in the order of the pipeline. */
  readonly instances: readonly StageInstance[];
  /** The selected ones; the results of the others must be in the store. */
  readonly mayRun: ReadonlySet<StageInstance>;
}

/**
 * Picks from `instances`, which lists every instance after what it reads.
 *
 * @throws {Error} If a name matches nothing, or the selection is empty or contradicts itself.
 */
export function select(instances: readonly StageInstance[], selection: Selection): Selected {
  const { ids, only, from, until } = selection;
  if (only !== undefined && (from !== undefined || until !== undefined)) {
    throw new Error(
      "Cannot select stages: --only is given together with --from or --until, expected it alone",
    );
  }
  if (ids === undefined && only === undefined && from === undefined && until === undefined) {
    return { instances, mayRun: new Set(instances) };
  }
  const upstream = new Map(instances.map((instance) => [instance, upstreamOf(instance)]));
  let chosen: Set<StageInstance>;
  if (ids !== undefined) {
    chosen = new Set(instances.filter(({ id }) => ids.includes(id)));
  } else if (only !== undefined) {
    chosen = findAll(instances, only);
  } else {
    const ends = until === undefined ? undefined : withUpstream(findAll(instances, until), upstream);
    const starts = from === undefined ? undefined : withDownstream(findAll(instances, from), upstream);
    chosen = new Set(
      instances.filter((instance) =>
        (ends === undefined || ends.has(instance)) && (starts === undefined || starts.has(instance))
      ),
    );
    if (chosen.size === 0 && instances.length > 0) {
      throw new Error(
        `Cannot select stages: none lies from ${from?.join(", ")} until ${until?.join(", ")}, ` +
          "expected a later stage for --until",
      );
    }
  }
  const needed = withUpstream(chosen, upstream);
  return { instances: instances.filter((instance) => needed.has(instance)), mayRun: chosen };
}

/** The instances that any of `names` means. Throws an Error for a name that means none. */
export function findAll(
  instances: readonly StageInstance[],
  names: readonly string[],
): Set<StageInstance> {
  return new Set(names.flatMap((name) => {
    const pattern = new RegExp(`^${name.split("*").map(RegExp.escape).join(".*")}$`, "s");
    const found = instances.filter(({ id, stage }) => stage.name === name || pattern.test(id));
    if (found.length > 0) return found;
    const candidates = new Set([
      ...instances.map(({ stage }) => stage.name),
      ...instances.map(({ id }) => id),
    ]);
    throw new Error(`Cannot select stage "${name}": there is none, ${expectedFew(name, [...candidates])}`);
  }));
}

/** Names that were probably meant, of possibly thousands. */
function expectedFew(name: string, candidates: readonly string[]): string {
  if (candidates.length <= 10 || nearestNames(name, candidates).length > 0) {
    return expectedNames(name, candidates);
  }
  const first = candidates.slice(0, 5).map((candidate) => `'${candidate}'`);
  return `expected ${first.join(" or ")}, or one of ${candidates.length - 5} more`;
}

function withUpstream(
  roots: ReadonlySet<StageInstance>,
  upstream: ReadonlyMap<StageInstance, readonly StageInstance[]>,
): Set<StageInstance> {
  const found = new Set(roots);
  // A set that grows while it is read is read to its end.
  for (const instance of found) for (const needed of upstream.get(instance)!) found.add(needed);
  return found;
}

function withDownstream(
  roots: ReadonlySet<StageInstance>,
  upstream: ReadonlyMap<StageInstance, readonly StageInstance[]>,
): Set<StageInstance> {
  const found = new Set(roots);
  // Every instance comes after what it reads, so one pass is enough.
  for (const [instance, needs] of upstream) {
    if (needs.some((needed) => found.has(needed))) found.add(instance);
  }
  return found;
}
