import { hash } from "node:crypto";
import { canonicalJson, type JsonObject } from "../base/canonical_json.ts";
import { withLength } from "../base/content.ts";

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
export const DENO_VERSION = Deno.version.deno.split(".", 2).join(".");

/**
 * The key of a stage: SHA-256 over the canonical JSON of its parts, each with its name and its length before it.
 * Paths, times and the order of declaration do not enter.
 */
export function keyOf(parts: KeyParts): string {
  const { inputs, params, ...stage } = parts;
  return new StageKeys(stage).keyOf(canonicalJson(inputs, "inputs"), canonicalJson(params, "params"));
}

/** The keys of all instances of one stage: what they share is written once. */
export class StageKeys {
  readonly #beforeInputs: string;
  readonly #beforeParams: string;
  readonly #afterParams: string;

  constructor({ code, deno, engine, env, outputs, stage }: Omit<KeyParts, "inputs" | "params">) {
    // Parts are hashed in the order of their names.
    this.#beforeInputs = written({ code, deno, engine, env }) + withLength("inputs");
    this.#beforeParams = written({ outputs: outputs.toSorted() }) + withLength("params");
    this.#afterParams = written({ stage });
  }

  /** The key of the instance whose inputs and parameters have these texts in canonical JSON. */
  keyOf(inputs: string, params: string): string {
    return hash(
      "sha256",
      this.#beforeInputs + withLength(inputs) + this.#beforeParams + withLength(params) + this.#afterParams,
      "hex",
    );
  }
}

function written(parts: Record<string, unknown>): string {
  return Object.entries(parts)
    .map(([name, part]) => withLength(name) + withLength(canonicalJson(part, name))).join("");
}
