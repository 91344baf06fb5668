import * as v from "valibot";
import type { JsonObject } from "../base/canonical_json.ts";
import { parseParams } from "./params.ts";
import { parseResources, type ResourceOptions, type Resources } from "./resources.ts";
import { expectedNames } from "../../text/mod.ts";

/** A valibot object schema: its members are the parameters. */
export type ParamsSchema = v.GenericSchema<object, object> & { readonly entries: v.ObjectEntries };

/** What a stage may do beyond reading its inputs and writing its outputs; by default nothing. */
export interface StagePermissions {
  /** Native libraries: `Deno.dlopen` and native addons of npm packages. */
  readonly ffi?: boolean;
  /** Facts about the system: memory, processors, host name. */
  readonly sys?: boolean;
  /** Programs it may start, or true for any. */
  readonly run?: boolean | readonly string[];
  /** System files it may read. They do not enter the key, so what shapes the result belongs in `inputs`. */
  readonly read?: readonly string[];
}

/** Which failures of a stage are passing, and what is done about them. */
export interface Retries {
  /** Names of errors ("TimedOut"), or what their message contains ("device is busy"). */
  readonly errors: readonly string[];
  /** Further attempts, each in a fresh sandbox; what is in the checkpoint stays. */
  readonly times: number;
}

/** What the stage's {@link StageDefinition.run} works with. */
export interface StageContext<
  Params = JsonObject,
  Input extends string = string,
  Output extends string = string,
> {
  /** The parameters of the instance, with the defaults of the schema. */
  readonly params: Params;
  /** Absolute paths of the inputs; an array where the pipeline passed a list. Easier: {@link StageContext.input}. */
  readonly inputs: Readonly<Record<Input, string | string[]>>;
  /**
   * Absolute paths to write to, all of them, before `run` ends. Folders (names that end in "/") exist already and are
   * empty.
   */
  readonly outputs: Readonly<Record<Output, string>>;
  /**
   * Absolute path of a folder that outlives this process, however it ends, until the stage has its result: what an
   * attempt leaves here, the next one with the same key finds. The first attempt and every one after a change begin
   * with an empty folder. Write by rename: a process can die in the middle of a file.
   */
  readonly checkpoint: string;
  /** Processor cores granted to this stage. */
  readonly cores: number;
  /** Aborts when the run is being stopped; the process ends soon after. */
  readonly signal: AbortSignal;
  /** The path of an input that is not a list. Throws a TypeError if it is one. */
  input(name: Input): string;
  /** The paths of an input, a list of one if the pipeline passed no list. */
  inputList(name: Input): string[];
  /** Reports that `done` of `total` units are done. Cheap: call it as often as you like. */
  progress(done: number, total: number, details?: ProgressDetails): void;
  /** Writes a line to the stage's log. */
  log(line: string): void;
}

/** How the display words a stage's progress. */
export interface ProgressDetails {
  /** What is counted, in the plural: "rows", "epochs". */
  readonly unit?: string;
  /** Units a second; measured by the display when left out. */
  readonly rate?: number;
  /** A few words behind the bar: "loss 0.412". */
  readonly note?: string;
}

/** A kind of work: what it needs, what it writes, and how. */
export interface StageDefinition<Schema extends ParamsSchema, Input extends string, Output extends string> {
  /** Letters, digits, "_", "-" and ".". */
  readonly name: string;
  /** Always `import.meta.url`: the module that the stage's process loads. */
  readonly module: string;
  /** Schema of the parameters: what is JSON. Each value enters the key, a default as if it had been passed. */
  readonly params: Schema;
  /** Logical names of the inputs, [] for none; the pipeline binds an output, a raw file or a list to each. */
  readonly inputs: readonly Input[];
  /** Paths of the outputs, at least one, below the stage's result; a trailing "/" means a folder. */
  readonly outputs: readonly Output[];
  /** Environment variables that the stage sees (default: none); their values enter the key. */
  readonly env?: readonly string[];
  /** What it may do beyond reading inputs and writing outputs (default: nothing). */
  readonly permissions?: StagePermissions;
  /**
   * Errors that may be over at the next try, and how often to try again (default: none); all others end the stage at
   * once.
   */
  readonly retries?: Retries;
  /** Whether the same key always gives the same bytes (default true). */
  readonly deterministic?: boolean;
  /**
   * Whether edits of comments, types and formatting leave the stage's key as it is (default false). Not for code that
   * looks at its own text.
   */
  readonly ignoreComments?: boolean;
  /**
   * Does the work, in a process of its own that may read the inputs and write the outputs. What it throws fails the
   * stage; what it returns is not kept.
   */
  run(ctx: StageContext<v.InferOutput<Schema>, Input, Output>): void | Promise<void>;
}

/** One output of one stage instance. */
export interface Artifact {
  readonly kind: "artifact";
  /** The instance that makes it. */
  readonly instance: StageInstance;
  /** Its name among the outputs of the stage. */
  readonly output: string;
}

/** A file or folder that no stage makes. */
export interface RawFile {
  readonly kind: "raw";
  /** Absolute, or relative to the folder of deno.json. */
  readonly path: string;
}

/** What an input can be bound to. */
export type InputSource = Artifact | RawFile | readonly (Artifact | RawFile)[];

/** A stage without its types and its code: what the engine plans with. */
export interface StageDeclaration {
  readonly name: string;
  readonly module: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly env: readonly string[];
  readonly permissions: StagePermissions;
  readonly retries: Retries;
  readonly deterministic: boolean;
  readonly ignoreComments: boolean;
}

/** A stage with its parameters and inputs bound: a node of the pipeline's graph. */
export interface StageInstance<Output extends string = string> {
  /** Unique in the pipeline: the stage's name and the label. */
  readonly id: string;
  readonly stage: StageDeclaration;
  /** With the defaults of the schema. */
  readonly params: JsonObject;
  /** The parameters as canonical JSON. */
  readonly paramsText: string;
  /** What is bound to each input. */
  readonly inputs: Readonly<Record<string, InputSource>>;
  /** For the inputs of other stages: `prepared.outputs["dataset/"]`. */
  readonly outputs: { readonly [Name in Output]: Artifact };
  readonly resources: Resources;
  /** Project-relative target of each published output. */
  readonly publish: Readonly<Record<string, string>>;
}

/** What a pipeline file passes to a stage. */
export type InstanceOptions<Schema extends ParamsSchema, Input extends string, Output extends string> =
  & {
    /** Tells instances of one stage apart: "census/ew/seed 1". */
    readonly label?: string;
    /** What it needs while it runs (default: one core). */
    readonly resources?: ResourceOptions;
    /** Copies outputs into the project, to paths relative to its root: `{ "quality.md": "results/quality.md" }`. */
    readonly publish?: { readonly [Name in Output]?: string };
  }
  & (Record<never, never> extends v.InferInput<Schema> ? { readonly params?: v.InferInput<Schema> }
    : { readonly params: v.InferInput<Schema> })
  & ([Input] extends [never] ? { readonly inputs?: Record<never, never> }
    : { readonly inputs: { readonly [Name in Input]: InputSource } });

/** Makes instances of a stage; the engine reads `definition` from the stage's module. */
export interface StageFactory<Schema extends ParamsSchema, Input extends string, Output extends string> {
  (
    ...options: Record<never, never> extends InstanceOptions<Schema, Input, Output>
      ? [options?: InstanceOptions<Schema, Input, Output>]
      : [options: InstanceOptions<Schema, Input, Output>]
  ): StageInstance<Output>;
  readonly definition: StageDefinition<Schema, Input, Output>;
}

/**
 * Declares a stage. Export the result from the module whose URL is `module`.
 *
 * ```ts
 * export default defineStage({
 *   name: "train",
 *   module: import.meta.url,
 *   params: v.object({ epochs: v.optional(v.number(), 3) }),
 *   inputs: ["dataset"],
 *   outputs: ["model.safetensors"],
 *   run: async (ctx) => { ... },
 * });
 * ```
 *
 * @returns A function that makes instances of it for a pipeline file. It throws a TypeError for parameters that the
 *   schema refuses, and for inputs and outputs that are unknown or not bound.
 * @throws {TypeError} If a member is missing, or a name is empty, doubled, or a path that leaves the artifact.
 */
export function defineStage<
  const Schema extends ParamsSchema,
  const Input extends string,
  const Output extends string,
>(
  definition: StageDefinition<Schema, Input, Output>,
): StageFactory<Schema, Input, Output> {
  const stage = declarationOf(definition);
  const factory = (options?: LooseOptions) => instantiate(stage, definition.params, options ?? {});
  return Object.assign(factory, { definition }) as unknown as StageFactory<Schema, Input, Output>;
}

/**
 * A file or folder that no stage makes, as an input.
 *
 * @param path Absolute, or relative to the folder of deno.json (not to the pipeline file).
 * @throws {TypeError} If the path is empty. A path where nothing is fails when the pipeline is loaded.
 */
export function rawFile(path: string): RawFile {
  if (path === "") throw new TypeError("Cannot declare a raw file: its path is empty, expected a path");
  return { kind: "raw", path };
}

interface LooseOptions {
  readonly label?: string;
  readonly params?: object;
  readonly inputs?: Record<string, InputSource>;
  readonly resources?: ResourceOptions;
  readonly publish?: Record<string, string | undefined>;
}

function instantiate(stage: StageDeclaration, schema: ParamsSchema, options: LooseOptions): StageInstance {
  const id = options.label === undefined ? stage.name : `${stage.name} ${options.label}`;
  const fail = (problem: string) => new TypeError(`Cannot define stage "${id}": ${problem}`);
  const { params, text: paramsText } = parseParams(schema, options.params ?? {}, fail);
  const inputs = options.inputs ?? {};
  for (const name of stage.inputs) {
    if (!(name in inputs)) {
      throw fail(`input "${name}" is missing, expected an output or rawFile(path)`);
    }
  }
  for (const [name, source] of Object.entries(inputs)) {
    if (!stage.inputs.includes(name)) {
      throw fail(`input "${name}" is unknown, ${expectedNames(name, stage.inputs)}`);
    }
    for (const item of sourcesOf(source)) {
      if (item?.kind !== "artifact" && item?.kind !== "raw") {
        throw fail(`input "${name}" is ${describeBinding(item)}`);
      }
    }
  }
  const publish: Record<string, string> = {};
  for (const [output, target] of Object.entries(options.publish ?? {})) {
    if (!stage.outputs.includes(output)) {
      throw fail(`published output "${output}" is unknown, ${expectedNames(output, stage.outputs)}`);
    }
    if (target !== undefined) publish[output] = target;
  }
  const resources = parseResources(options.resources, fail);
  const outputs: Record<string, Artifact> = {};
  const instance: StageInstance = { id, stage, params, paramsText, inputs, outputs, resources, publish };
  for (const output of stage.outputs) outputs[output] = { kind: "artifact", instance, output };
  return instance;
}

/** What stands where an output or raw file should, and what was probably meant. */
function describeBinding(item: unknown): string {
  // An output name that the other stage does not have reads as undefined.
  if (item === undefined) return "undefined, expected an output that its stage declares";
  if (typeof item === "string") return `text, expected an output of a stage or rawFile("${item}")`;
  const { id, outputs } = (item ?? {}) as Partial<StageInstance>;
  if (id === undefined || outputs === undefined) {
    return "no output, expected an output of a stage or rawFile(path)";
  }
  const names = Object.keys(outputs).map((output) => `outputs["${output}"]`);
  return `stage "${id}" itself, expected one of its outputs: ${names.join(" or ")}`;
}

/** The items of an input, whether it is a list or not. */
export function sourcesOf(source: InputSource): readonly (Artifact | RawFile)[] {
  return Array.isArray(source) ? source : [source as Artifact | RawFile];
}

function declarationOf<Schema extends ParamsSchema, Input extends string, Output extends string>(
  definition: StageDefinition<Schema, Input, Output>,
): StageDeclaration {
  const { name, module, inputs, outputs, env = [], permissions = {} } = definition;
  const { retries = { errors: [], times: 0 }, deterministic = true, ignoreComments = false } = definition;
  const fail = (problem: string) => new TypeError(`Cannot declare stage "${name}": ${problem}`);
  // A run does not check types, so what they ask for may be lacking.
  if (typeof definition.run !== "function") throw fail("it has no run, expected run(ctx) { ... }");
  if (definition.params?.entries === undefined) {
    throw fail("it has no params, expected a schema such as v.object({})");
  }
  if (typeof name !== "string" || !/^[\w.-]+$/.test(name)) {
    throw fail(`its name is not plain, expected letters, digits, "_", "-" and "."`);
  }
  if (typeof module !== "string" || !module.startsWith("file:")) {
    throw fail(`module is "${module}", expected import.meta.url of a local file`);
  }
  const lists: [string, readonly string[]][] = [["input", inputs], ["output", outputs], ["env", env]];
  for (const [kind, names] of lists) {
    if (!Array.isArray(names)) throw fail(`it has no list of ${kind}s, expected names, or [] for none`);
    const doubled = names.find((item, i) => names.indexOf(item) !== i || item === "");
    if (doubled !== undefined) {
      throw fail(`${kind} "${doubled}" is empty or doubled, expected distinct names`);
    }
  }
  if (!Number.isSafeInteger(retries.times) || retries.times < 0) {
    throw fail(`retries.times is ${retries.times}, expected a non-negative integer`);
  }
  if (outputs.length === 0) throw fail("it has no outputs, expected at least one");
  for (const output of outputs) {
    const segments = output.replace(/\/$/, "").split("/");
    if (
      segments.some((segment) =>
        segment === "" || segment === "." || segment === ".." || segment.includes("\\")
      )
    ) {
      throw fail(
        `output "${output}" is not a path below the artifact, expected one such as "tables/auc.csv"`,
      );
    }
    const parent = outputs.find((other) => other !== output && output.startsWith(other.replace(/\/?$/, "/")));
    if (parent !== undefined) {
      throw fail(`output "${output}" lies in output "${parent}", expected separate paths`);
    }
  }
  return { name, module, inputs, outputs, env, permissions, retries, deterministic, ignoreComments };
}
