import { canonicalJson, type JsonObject } from "./canonical_json.ts";
import { hashTexts } from "./content.ts";

/**
 * Version of what the engine does to a stage's result: keys, what a stage is given, what an entry holds.
 * Raise it when one of these changes meaning; every stage then runs again.
 */
export const ENGINE_VERSION = 1;

/** All that decides the result of a stage. Kept in the manifest, so that two keys can be compared part by part. */
export interface KeyParts {
  readonly engine: number;
  readonly stage: string;
  readonly params: JsonObject;
  /** Content hash of each input; of each item of a list, in the order of the list. */
  readonly inputs: Readonly<Record<string, string | readonly string[]>>;
  readonly outputs: readonly string[];
  /** Hash of the module graph. */
  readonly code: string;
  /** Deno's major and minor version: "2.9". */
  readonly deno: string;
  /** Value of each declared environment variable; null where it is not set. */
  readonly env: Readonly<Record<string, string | null>>;
}

/** Deno's major and minor version. */
export function denoVersion(): string {
  return Deno.version.deno.split(".", 2).join(".");
}

/**
 * The key of a stage: SHA-256 over the canonical JSON of its parts, each with its name and its length before it.
 * Paths, times and the order of declaration do not enter.
 *
 * @param paramsText The canonical JSON of the parameters, where it is known.
 */
export function keyOf(parts: KeyParts, paramsText?: string): string {
  const texts: string[] = [];
  for (const name of partNames) {
    const part = parts[name];
    if (name === "params" && paramsText !== undefined) texts.push(name, paramsText);
    else if (name === "env" || name === "outputs") texts.push(name, sharedText(part as object, name));
    else texts.push(name, canonicalJson(part, name));
  }
  return hashTexts(texts);
}

/** In the order in which they are hashed. */
const partNames = ["code", "deno", "engine", "env", "inputs", "outputs", "params", "stage"] as const;

/** The canonical JSON of parts that many stages share and none changes. */
const shared = new WeakMap<object, string>();

function sharedText(part: object, name: string): string {
  let text = shared.get(part);
  if (text === undefined) {
    text = canonicalJson(name === "outputs" ? [...part as string[]].sort() : part, name);
    shared.set(part, text);
  }
  return text;
}
