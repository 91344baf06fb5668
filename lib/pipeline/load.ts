import { basename, isAbsolute, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { JsonObject } from "./canonical_json.ts";
import { ModuleGraph } from "./module_graph.ts";
import { parseParams, parseSettings } from "./params.ts";
import { boundInputs, orderInstances, type PipelineDefinition } from "./pipeline.ts";
import { findProject, type Project } from "./project.ts";
import { sourcesOf, type StageInstance } from "./stage.ts";

/** A pipeline file, loaded and checked: ready to be planned. */
export interface LoadedPipeline extends Project {
  readonly name: string;
  /** The file, relative to the project. */
  readonly file: string;
  readonly params: JsonObject;
  /** Every instance after what it reads. */
  readonly instances: readonly StageInstance[];
  readonly graph: ModuleGraph;
}

/** Parameters of a pipeline: values, and `key=value` texts that win over them. */
export interface PipelineParams {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly settings?: readonly string[];
}

/**
 * Loads the pipeline file at `path`.
 *
 * @throws {Error} If the file is absent or no pipeline, a parameter is wrong, the graph is not sound, or a raw file
 *   is missing.
 */
export async function loadPipeline(path: string, given: PipelineParams = {}): Promise<LoadedPipeline> {
  let absolute: string;
  try {
    absolute = Deno.realPathSync(resolve(path));
  } catch {
    throw new Error(
      `Cannot load pipeline ${path}: there is no such file, expected one such as pipelines/census.ts`,
    );
  }
  const project = findProject(absolute);
  const file = relative(project.root, absolute);
  // Deno reads the graph while we run the file: the stage modules are nearly always among its imports.
  const [module, graph] = await Promise.all([
    importFile(absolute, file, project.root),
    ModuleGraph.load(project.root, project.config, absolute),
  ]);
  const { name, params, wanted } = await expand(module.default, file, given);
  const instances = orderInstances(wanted);
  checkRawFiles(project.root, instances);
  checkModules(graph, instances, file);
  return { ...project, name, file, params, instances, graph };
}

/** Imports a pipeline file; where that fails the message says why and in which line. */
async function importFile(path: string, file: string, root: string): Promise<{ default?: unknown }> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (error) {
    if (!(error instanceof Error) || error.message.startsWith("Cannot ")) throw error;
    const place = /file:\/\/(\S+?):(\d+):(\d+)/.exec(`${error.message}\n${error.stack}`);
    const [reason] = error.message.split(/\n| at file:/);
    const where = place === null
      ? ""
      : ` (${relative(root, place[1])}, line ${place[2]}, column ${place[3]})`;
    throw new Error(
      `Cannot load pipeline ${file}: ${reason.replaceAll(`file://${root}/`, "").replace(/\.$/, "")}${where}`,
    );
  }
}

/** Absolute path of a raw file. */
export function rawPath(root: string, path: string): string {
  return isAbsolute(path) ? path : join(root, path);
}

async function expand(
  exported: unknown,
  file: string,
  given: PipelineParams,
): Promise<{ name: string; params: JsonObject; wanted: readonly StageInstance[] }> {
  const fail = (problem: string) => new TypeError(`Cannot load pipeline ${file}: ${problem}`);
  if (isInstanceList(exported)) {
    const names = [...Object.keys(given.params ?? {}), ...(given.settings ?? [])];
    if (names.length > 0) throw fail(`it has no parameters, expected none instead of ${names.join(", ")}`);
    return { name: basename(file).replace(/\.\w+$/, ""), params: {}, wanted: exported };
  }
  if (!isDefinition(exported)) {
    throw fail("its default export is no pipeline, expected definePipeline(...) or a list of stages");
  }
  const chosen = { ...given.params, ...parseSettings(exported.params, given.settings ?? []) };
  const { params } = parseParams(exported.params, chosen, fail);
  const wanted = await exported.stages(params);
  if (!isInstanceList(wanted)) throw fail("stages(params) gave no list of stages, expected one");
  return { name: exported.name, params, wanted };
}

function isInstanceList(value: unknown): value is readonly StageInstance[] {
  return Array.isArray(value) && value.every((item) => typeof item?.id === "string" && "stage" in item);
}

function isDefinition(value: unknown): value is PipelineDefinition {
  return typeof (value as Partial<PipelineDefinition> | undefined)?.stages === "function";
}

function checkRawFiles(root: string, instances: readonly StageInstance[]): void {
  const present = new Set<string>();
  // Most inputs are outputs of stages: no list is made to find that out.
  const hasNew = (instance: StageInstance) =>
    instance.stage.inputs.some((name) =>
      sourcesOf(instance.inputs[name]).some((source) => source.kind === "raw" && !present.has(source.path))
    );
  for (const instance of instances) {
    if (!hasNew(instance)) continue;
    for (const { name, source } of boundInputs(instance)) {
      if (source.kind !== "raw" || present.has(source.path)) continue;
      try {
        Deno.statSync(rawPath(root, source.path));
        present.add(source.path);
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
        throw new Error(
          `Cannot plan the pipeline: input "${name}" of "${instance.id}" is the raw file ${source.path}, ` +
            `which does not exist, expected it there`,
        );
      }
    }
  }
}

function checkModules(graph: ModuleGraph, instances: readonly StageInstance[], file: string): void {
  const present = new Set<string>();
  for (const { id, stage } of instances) {
    if (present.has(stage.module)) continue;
    present.add(stage.module);
    if (!graph.has(stage.module)) {
      throw new Error(
        `Cannot plan the pipeline: ${file} does not import the module of "${id}", ${stage.module}, ` +
          `expected a static import, and module: import.meta.url in defineStage`,
      );
    }
  }
}
