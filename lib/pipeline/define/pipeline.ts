import * as v from "valibot";
import { type Artifact, type ParamsSchema, type RawFile, sourcesOf, type StageInstance } from "./stage.ts";

/** A static graph of stages, possibly shaped by parameters. */
export interface PipelineDefinition<Schema extends ParamsSchema = ParamsSchema> {
  /** What pages and events call it. */
  readonly name: string;
  /**
   * Schema of what `--set` changes, v.object({}) for nothing. Every member has a default, so that the pipeline runs as it
   * stands. None enters a key unless it is passed to a stage.
   */
  readonly params: Schema;
  /** The instances that are wanted; what they need comes along. */
  stages(params: v.InferOutput<Schema>): readonly StageInstance[] | Promise<readonly StageInstance[]>;
}

/**
 * Declares a pipeline; the default export of a pipeline file.
 *
 * ```ts
 * export default definePipeline({
 *   name: "ratings",
 *   params: v.object({ epochs: v.optional(v.number(), 3) }),
 *   stages: ({ epochs }) => [
 *     train({ params: { epochs }, inputs: { ratings: rawFile("data/ratings.csv") } }),
 *   ],
 * });
 * ```
 */
export function definePipeline<const Schema extends ParamsSchema>(
  definition: PipelineDefinition<Schema>,
): PipelineDefinition<Schema> {
  return definition;
}

/** What an instance reads, in the order of its declaration, each with its logical name. */
export function boundInputs(
  instance: StageInstance,
): { name: string; index: number; source: Artifact | RawFile }[] {
  return instance.stage.inputs.flatMap((name) =>
    sourcesOf(instance.inputs[name]).map((source, index) => ({ name, index, source }))
  );
}

/** The instances whose outputs `instance` reads, each once. */
export function upstreamOf(instance: StageInstance): StageInstance[] {
  const upstream: StageInstance[] = [];
  for (const name of instance.stage.inputs) {
    for (const source of sourcesOf(instance.inputs[name])) {
      if (source.kind === "artifact") upstream.push(source.instance);
    }
  }
  return upstream.length < 2 ? upstream : [...new Set(upstream)];
}

/**
 * Lists `wanted` and all that they need, every instance after what it reads, else in the order of the file.
 *
 * @throws {Error} If instances read each other in a cycle, or two share a name.
 */
export function orderInstances(wanted: readonly StageInstance[]): StageInstance[] {
  const ordered: StageInstance[] = [];
  /** Whether an instance is in `ordered`; false for those whose inputs are being gone through. */
  const done = new Map<StageInstance, boolean>();
  for (const root of wanted) {
    // Depth first with an explicit stack: chains of many thousand stages would overflow the call stack.
    const stack = [root];
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      const state = done.get(top);
      if (state === true) continue;
      if (state === undefined) {
        const missing = upstreamOf(top).filter((upstream) => done.get(upstream) !== true);
        if (missing.length > 0) {
          done.set(top, false);
          stack.push(top);
          for (const upstream of missing.reverse()) {
            if (done.get(upstream) === false) throw cycleError(upstream, done);
            stack.push(upstream);
          }
          continue;
        }
      }
      done.set(top, true);
      ordered.push(top);
    }
  }
  checkDistinctNames(ordered);
  return ordered;
}

/**
 * An input refers to an instance that exists already, so only a change after that makes a cycle.
 *
 * @param first What is being gone through already, and is read again.
 */
function cycleError(first: StageInstance, done: ReadonlyMap<StageInstance, boolean>): Error {
  const open = [...done].flatMap(([instance, isDone]) => isDone ? [] : [instance]);
  const names = [...open.slice(open.indexOf(first)), first].map(({ id }) => `"${id}"`);
  if (names.length > 7) names.splice(4, names.length - 6, `${names.length - 6} more in turn`);
  const path = `${names[0]} reads ${names.slice(1).join(", which reads ")}`;
  return new Error(
    `Cannot plan the pipeline: ${path}: a cycle, expected inputs that do not change once a stage is defined with them`,
  );
}

function checkDistinctNames(instances: readonly StageInstance[]): void {
  const seen = new Set<string>();
  for (const { id } of instances) {
    if (seen.has(id)) {
      throw new Error(
        `Cannot plan the pipeline: two stages are called "${id}", expected a distinct label for each`,
      );
    }
    seen.add(id);
  }
}
