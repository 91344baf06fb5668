import * as v from "valibot";
import { isAbsolute, normalize } from "node:path";
import { type Artifact, type ParamsSchema, type RawFile, sourcesOf, type StageInstance } from "./stage.ts";

/** A static graph of stages, possibly shaped by parameters. */
export interface PipelineDefinition<Schema extends ParamsSchema = ParamsSchema> {
  readonly name: string;
  /** Every member has a default, so that the pipeline runs as it stands. */
  readonly params: Schema;
  /** The instances that are wanted; what they need comes along. */
  stages(params: v.InferOutput<Schema>): readonly StageInstance[] | Promise<readonly StageInstance[]>;
}

/** Declares a pipeline; the default export of a pipeline file. */
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
 * An input refers to an instance that exists already, so there are no cycles.
 *
 * @throws {Error} If two instances share a name or a publication target, or a target leaves the project.
 */
export function orderInstances(wanted: readonly StageInstance[]): StageInstance[] {
  const ordered = new Set<StageInstance>();
  for (const root of wanted) {
    // Depth first with an explicit stack: chains of many thousand stages would overflow the call stack.
    const stack = [{ instance: root, opened: false }];
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      if (ordered.has(top.instance)) continue;
      if (top.opened) {
        ordered.add(top.instance);
        continue;
      }
      stack.push({ instance: top.instance, opened: true });
      for (const upstream of upstreamOf(top.instance).reverse()) {
        if (!ordered.has(upstream)) stack.push({ instance: upstream, opened: false });
      }
    }
  }
  const instances = [...ordered];
  checkDistinctNames(instances);
  checkPublication(instances);
  return instances;
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

function checkPublication(instances: readonly StageInstance[]): void {
  const writers = new Map<string, string>();
  for (const instance of instances) {
    for (const target of Object.values(instance.publish)) {
      const path = normalize(target).replace(/\/$/, "");
      if (isAbsolute(path) || path === "." || path.startsWith("..") || path.startsWith(".pipeline")) {
        throw new Error(
          `Cannot plan the pipeline: "${instance.id}" publishes to ${target}, expected a path inside the project`,
        );
      }
      for (const [other, writer] of writers) {
        if (path === other || path.startsWith(`${other}/`) || other.startsWith(`${path}/`)) {
          throw new Error(
            `Cannot plan the pipeline: "${writer}" and "${instance.id}" both publish to ${target}, ` +
              `expected one stage for each target`,
          );
        }
      }
      writers.set(path, instance.id);
    }
  }
}
