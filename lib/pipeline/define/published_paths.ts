import { dirname, isAbsolute, normalize } from "node:path";
import { sourcesOf, type StageInstance } from "./stage.ts";

/** An output and where in the project it is published. */
export interface PublishedOutput {
  readonly instance: StageInstance;
  readonly output: string;
  /** Normal, relative to the project, without "/" at its end. */
  readonly target: string;
}

/** The targets of a pipeline; looked up by path in time that does not depend on how many there are. */
export class PublishedPaths {
  readonly #targets = new Map<string, PublishedOutput>();
  /** For each folder above targets one of these, up to "." for the project. */
  readonly #above = new Map<string, PublishedOutput>();

  /** @throws {Error} If a target is outside the project, or the same as another one, in it or above it. */
  constructor(instances: readonly StageInstance[]) {
    for (const instance of instances) {
      for (const [output, target] of Object.entries(instance.publish)) {
        this.#add({ instance, output, target: normalTarget(instance, target) });
      }
    }
  }

  /** What is published at `path`, above or below it; `path` is normal and relative to the project, "." is all of it. */
  find(path: string): PublishedOutput | undefined {
    if (this.#targets.size === 0) return undefined;
    const found = this.#targets.get(path) ?? this.#above.get(path);
    if (found !== undefined) return found;
    for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) {
      const above = this.#targets.get(folder);
      if (above !== undefined) return above;
    }
    return undefined;
  }

  #add(publication: PublishedOutput): void {
    const { target } = publication;
    const other = this.find(target);
    if (other !== undefined) throw clash(other, publication);
    this.#targets.set(target, publication);
    let folder = target;
    do {
      folder = dirname(folder);
      if (this.#above.has(folder)) break;
      this.#above.set(folder, publication);
    } while (folder !== ".");
  }
}

function clash(first: PublishedOutput, second: PublishedOutput): Error {
  const [a, b] = [first.instance.id, second.instance.id];
  const fail = (problem: string) =>
    new Error(`Cannot plan the pipeline: ${problem}, expected a target for each`);
  if (first.target !== second.target) {
    return fail(
      `"${a}" publishes to ${first.target} and "${b}" to ${second.target}, of which one holds the other`,
    );
  }
  return a === b
    ? fail(`"${a}" publishes two outputs to ${first.target}`)
    : fail(`"${a}" and "${b}" both publish to ${first.target}`);
}

function normalTarget({ id }: StageInstance, target: string): string {
  const path = normalize(target).replace(/\/$/, "");
  const [first] = path.split("/");
  if (!isAbsolute(path) && first !== "." && first !== ".." && first !== ".pipeline") return path;
  throw new Error(
    `Cannot plan the pipeline: "${id}" publishes to ${target}, expected a path inside the project and outside .pipeline/`,
  );
}

/**
 * Refuses a raw file that the pipeline itself publishes: nothing would say which of the two comes first.
 *
 * @param bound Who reads it as which input, and how the pipeline names it.
 */
export function refusePublished(
  { instance, output, target }: PublishedOutput,
  bound: { readonly reader: StageInstance; readonly input: string; readonly path: string },
): never {
  const { reader, input, path } = bound;
  const fail = (problem: string) =>
    new Error(
      `Cannot plan the pipeline: input "${input}" of "${reader.id}" is the raw file ${path}, ${problem}`,
    );
  const place = normalize(path) === target ? "which" : "where";
  const what = place === "which" ? "" : ` ${target}`;
  const noCycle = "a cycle, expected a file that no stage of the pipeline makes";
  if (reader === instance) throw fail(`${place} the stage itself publishes${what}: ${noCycle}`);
  if (isUpstream(reader, instance)) {
    throw fail(
      `${place} "${instance.id}" publishes${what}, and that one depends on "${reader.id}": ${noCycle}`,
    );
  }
  throw fail(
    `${place} "${instance.id}" publishes${what}, expected the output itself: bind outputs["${output}"] of ` +
      `"${instance.id}"`,
  );
}

/** Whether `instance` needs `upstream`, directly or not. */
function isUpstream(upstream: StageInstance, instance: StageInstance): boolean {
  const needed = new Set([instance]);
  // A set that grows while it is read is read to its end.
  for (const { inputs } of needed) {
    for (const source of Object.values(inputs).flatMap(sourcesOf)) {
      if (source.kind === "artifact") needed.add(source.instance);
    }
  }
  return needed.has(upstream);
}
