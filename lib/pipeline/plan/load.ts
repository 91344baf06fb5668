import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { nearestNames } from "../../text/mod.ts";
import type { JsonObject } from "../base/canonical_json.ts";
import { explainFileError } from "../code/file_error.ts";
import { isWithin, namesIn } from "../base/files.ts";
import { Grid } from "../define/grid.ts";
import { ModuleGraph } from "../code/module_graph.ts";
import { parseParams, parseSettings } from "../define/params.ts";
import { orderInstances, type PipelineDefinition } from "../define/pipeline.ts";
import { findProject, type Project } from "./project.ts";
import { PublishedPaths, refusePublished } from "../define/published_paths.ts";
import { sourcesOf, type StageInstance } from "../define/stage.ts";

/** A pipeline file, loaded and checked: ready to be planned. */
export interface LoadedPipeline extends Project {
  readonly name: string;
  /** The file, relative to the project. */
  readonly file: string;
  /** With the defaults of the schema. */
  readonly params: JsonObject;
  /** Every instance after what it reads. */
  readonly instances: readonly StageInstance[];
  /** Which modules each of its files imports. */
  readonly graph: ModuleGraph;
}

/** Parameters of a pipeline: values, and `key=value` texts that win over them. */
export interface PipelineParams {
  /** Values by name (default: none, so that all have their defaults). */
  readonly params?: Readonly<Record<string, unknown>>;
  /** As `--set` has them; read as JSON where the schema takes that, else as text. */
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
      `Cannot load pipeline ${path}: there is no such file, expected one such as pipelines/toy.ts`,
    );
  }
  if (!/\.[cm]?[jt]sx?$/.test(absolute) || !Deno.statSync(absolute).isFile) {
    throw new Error(
      `Cannot load pipeline ${path}: it is no TypeScript file, expected one such as pipelines/toy.ts`,
    );
  }
  const project = findProject(absolute);
  const file = relative(project.root, absolute);
  const ofFile = <T>(running: Promise<T>) =>
    running.catch((error) => {
      throw explainFileError(error, file, project.root);
    });
  // Deno reads the graph while we run the file: the stage modules are nearly always among its imports.
  const [module, graph] = await Promise.all([
    ofFile(import(pathToFileURL(absolute).href)),
    ModuleGraph.load(project.root, project.config, absolute),
  ]);
  const { name, params, stages } = expand(module.default, file, given);
  const wanted = await ofFile(stages());
  if (!Array.isArray(wanted)) {
    throw noPipeline(
      file,
      `stages(params) gave ${describeValue(wanted)}, expected a list of stages, such as [table] or runs.made`,
    );
  }
  checkStages(file, wanted);
  const instances = orderInstances(wanted);
  checkRawFiles(project.root, instances, new PublishedPaths(instances));
  checkModules(graph, instances, file);
  return { ...project, name, file, params, instances, graph };
}

/** Absolute path of a raw file. */
export function rawPath(root: string, path: string): string {
  return isAbsolute(path) ? path : join(root, path);
}

/** What a file exports, with its parameters checked; `stages` makes the list that is wanted. */
function expand(
  exported: unknown,
  file: string,
  given: PipelineParams,
): { name: string; params: JsonObject; stages: () => Promise<unknown> } {
  const fail = (problem: string) => noPipeline(file, problem);
  if (Array.isArray(exported)) {
    const names = [...Object.keys(given.params ?? {}), ...(given.settings ?? [])];
    if (names.length > 0) throw fail(`it has no parameters, expected none instead of ${names.join(", ")}`);
    return {
      name: basename(file).replace(/\.\w+$/, ""),
      params: {},
      stages: () => Promise.resolve(exported),
    };
  }
  const { name, params: schema, stages } = (exported ?? {}) as Partial<PipelineDefinition>;
  if (name === undefined || typeof stages !== "function") {
    throw fail("its default export is no pipeline, expected definePipeline(...) or a list of stages");
  }
  if (schema?.entries === undefined) throw fail("it has no params, expected a schema such as v.object({})");
  const chosen = { ...given.params, ...parseSettings(schema, given.settings ?? []) };
  const { params } = parseParams(schema, chosen, fail);
  // Not an async function of the file's own: what it throws at once is to be caught too.
  return { name, params, stages: async () => await stages.call(exported, params) };
}

function noPipeline(file: string, problem: string): TypeError {
  return new TypeError(`Cannot load pipeline ${file}: ${problem}`);
}

function checkStages(file: string, list: readonly unknown[]): asserts list is readonly StageInstance[] {
  const wrong = list.findIndex((item) => typeof (item as StageInstance | undefined)?.id !== "string");
  if (wrong < 0) return;
  throw noPipeline(
    file,
    `item ${wrong} of its list of stages is ${
      describeValue(list[wrong])
    }, expected a stage, or all that a grid made: ...runs.made`,
  );
}

function describeValue(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (value instanceof Grid) return "a grid";
  const { id } = (value ?? {}) as Partial<StageInstance>;
  if (id !== undefined) return `stage "${id}", not in a list`;
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

/** Checks that what the instances read as raw files is there and is not made by one of them. */
function checkRawFiles(root: string, instances: readonly StageInstance[], published: PublishedPaths): void {
  const present = new Set<string>();
  for (const reader of instances) {
    for (const input of reader.stage.inputs) {
      for (const source of sourcesOf(reader.inputs[input])) {
        if (source.kind !== "raw" || present.has(source.path)) continue;
        const path = resolve(root, source.path);
        const publication = published.find(isWithin(path, root) ? "." : relative(root, path));
        if (publication !== undefined) refusePublished(publication, { reader, input, path: source.path });
        if (!exists(path)) {
          throw new Error(
            `Cannot plan the pipeline: input "${input}" of "${reader.id}" is the raw file ${source.path}, which ` +
              `does not exist, ${expectedBeside(path)}`,
          );
        }
        present.add(source.path);
      }
    }
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** What may have been meant by a path where nothing is: names that are nearly the same, in its folder. */
function expectedBeside(path: string): string {
  const stem = (name: string) => name.replace(/(?<=.)\..*/, "");
  const near = namesIn(dirname(path)).filter((name) =>
    nearestNames(stem(basename(path)), [stem(name)]).length > 0
  );
  if (near.length === 0) return "expected a file or folder there";
  return `expected ${near.slice(0, 3).map((name) => `'${name}'`).join(" or ")} in its folder`;
}

/** Checks that the code of every stage is known; what cannot be loaded would else be found when its turn comes. */
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
  if (!graph.isBroken) return;
  for (const module of present) graph.codeOf(module, { ignoreComments: false });
}
