import * as v from "valibot";
import { canonicalJson, type JsonObject } from "../base/canonical_json.ts";
import { describeIssue, findUnknown } from "./expectation.ts";
import type { ParamsSchema } from "./stage.ts";

/**
 * Checks parameters against a schema and fills in defaults.
 *
 * @param fail Makes the error from its problem, so that the caller names the stage or pipeline.
 * @returns Plain JSON, and its canonical text: what a key hashes is exactly what a stage receives.
 */
export function parseParams(
  schema: ParamsSchema,
  params: object,
  fail: (problem: string) => Error,
): { params: JsonObject; text: string } {
  const unknown = findUnknown(schema, params);
  if (unknown !== undefined) throw fail(`parameter "${unknown.path}" is unknown, ${unknown.expected}`);
  const result = v.safeParse(schema, params);
  if (!result.success) throw fail(describeIssue(schema, result.issues[0]));
  try {
    const text = canonicalJson(result.output, "parameters");
    return { params: JSON.parse(text), text };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw fail(error.message.replace(/^Cannot write parameters\.(.*) as JSON: it/s, 'parameter "$1"'));
  }
}

/**
 * Reads `key=value` texts of the command line as parameters of `schema`: JSON where the schema takes it
 * (`seeds=3`, `methods=["ew"]`), else text (`preset=quick`).
 *
 * @throws {TypeError} For a text without "=" or a value that the schema refuses.
 */
export function parseSettings(schema: ParamsSchema, settings: readonly string[]): Record<string, unknown> {
  const params: Record<string, unknown> = {};
  for (const setting of settings) {
    const equals = setting.indexOf("=");
    if (equals < 1) {
      throw new TypeError(`Cannot read --set ${setting}: it has no name and value, expected key=value`);
    }
    const name = setting.slice(0, equals);
    params[name] = readValue(schema.entries[name], setting.slice(equals + 1));
  }
  return params;
}

function readValue(schema: v.ObjectEntries[string] | undefined, text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  // "3" is a number unless only text will do, as for a parameter that names a version. Where neither is accepted
  // the JSON value stays, and the schema's message speaks of it.
  const accepts = (candidate: unknown) =>
    schema !== undefined && v.safeParse(schema as v.GenericSchema, candidate).success;
  return accepts(value) || !accepts(text) ? value : text;
}
