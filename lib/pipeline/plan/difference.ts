import { canonicalJson, type Json } from "../base/canonical_json.ts";
import type { KeyParts } from "../store/key.ts";
import type { Code } from "../code/module_graph.ts";
import type { Manifest } from "../store/store.ts";

/** What a key is made of, with what is known of the files behind its hashes. */
export interface KeyOrigin {
  /** Inputs that are not known yet are absent. */
  readonly parts: KeyParts;
  readonly code: Code;
  readonly inputs?: Manifest["inputs"];
}

/** How many files of one folder are listed. */
const filesToList = 5;

/**
 * What differs between two keys of one stage, a line for each: "parameter epochs: 3 -> 5", "module lib/loss.ts was
 * edited", "package valibot 1.4.0 -> 1.5.0". Empty if the keys are equal.
 *
 * @param unknown Inputs whose content is not known now; they are not compared.
 */
export function describeDifference(
  before: KeyOrigin,
  now: KeyOrigin,
  unknown: ReadonlySet<string> = new Set(),
): string[] {
  const [a, b] = [before.parts, now.parts];
  return [
    ...(a.stage === b.stage ? [] : [`stage: ${a.stage} -> ${b.stage}`]),
    ...compareValues("parameter", a.params, b.params),
    ...compareInputs(before, now, unknown),
    ...compareLists("output", a.outputs, b.outputs),
    ...compareModules(before.code, now.code),
    ...comparePackages(before.code.packages, now.code.packages),
    ...compareValues("setting of deno.json", before.code.settings ?? {}, now.code.settings ?? {}),
    ...compareValues("environment variable", a.env, b.env),
    ...(a.deno === b.deno ? [] : [`Deno ${a.deno} -> ${b.deno}`]),
    ...(a.engine === b.engine ? [] : [`version of the pipeline engine ${a.engine} -> ${b.engine}`]),
  ];
}

type Values = Readonly<Record<string, Json | undefined>>;

function compareValues(kind: string, before: Values, now: Values): string[] {
  return unionOf(before, now).flatMap((name) => {
    const [a, b] = [before[name], now[name]].map((value) =>
      // An unset variable is null in keys.
      value === undefined || (value === null && kind !== "parameter") ? "not set" : canonicalJson(value)
    );
    return a === b ? [] : [`${kind} ${name}: ${a} -> ${b}`];
  });
}

function compareInputs(before: KeyOrigin, now: KeyOrigin, unknown: ReadonlySet<string>): string[] {
  return unionOf(before.parts.inputs, now.parts.inputs).flatMap((name) => {
    if (unknown.has(name)) return [];
    const [a, b] = [before, now].map(({ parts }) => parts.inputs[name]);
    if (a === undefined || b === undefined) {
      return [`input ${name} was ${a === undefined ? "added" : "removed"}`];
    }
    if (canonicalJson(a) === canonicalJson(b)) return [];
    const [listA, listB] = [[a].flat(), [b].flat()];
    const [ofA, ofB] = [before, now].map(({ inputs = [] }) => inputs.filter((input) => input.name === name));
    const [shapeA, shapeB] = [a, b].map((hashes) =>
      Array.isArray(hashes) ? `a list of ${hashes.length}` : "one that is no list"
    );
    if (shapeA !== shapeB) return [`input ${name}: ${shapeA} -> ${shapeB}`];
    const changed = listA.flatMap((hash, i) => (hash === listB[i] ? [] : [i]));
    if (canonicalJson(listA.toSorted()) === canonicalJson(listB.toSorted())) {
      return [`input ${name}: the same ${listA.length} in another order`];
    }
    return changed.map((i) => {
      const [sourceA, sourceB] = [ofA[i]?.source, ofB[i]?.source];
      const label = Array.isArray(b) ? `${name}[${i}]` : name;
      if (sourceA !== undefined && sourceB !== undefined && sourceA !== sourceB) {
        return `input ${label}: ${sourceA} -> ${sourceB}`;
      }
      return `input ${label}: ${sourceB ?? "its content"} changed${
        describeFiles(ofA[i]?.files, ofB[i]?.files)
      }`;
    });
  });
}

function describeFiles(
  before: Readonly<Record<string, string>> | undefined,
  now: Readonly<Record<string, string>> | undefined,
): string {
  if (before === undefined || now === undefined) return "";
  const changes = unionOf(before, now).flatMap((path) => {
    if (before[path] === now[path]) return [];
    return [`${before[path] === undefined ? "+" : now[path] === undefined ? "-" : ""}${path}`];
  });
  const more = changes.length > filesToList ? ` and ${changes.length - filesToList} more` : "";
  return ` (${changes.slice(0, filesToList).join(", ")}${more})`;
}

function compareLists(kind: string, before: readonly string[], now: readonly string[]): string[] {
  return [
    ...now.filter((name) => !before.includes(name)).map((name) => `${kind} ${name} was added`),
    ...before.filter((name) => !now.includes(name)).map((name) => `${kind} ${name} was removed`),
  ];
}

function compareModules(before: Code, now: Code): string[] {
  if (before.hash === now.hash) return [];
  return unionOf(before.modules, now.modules).flatMap((name) => {
    const [a, b] = [before.modules[name], now.modules[name]];
    if (a === undefined) return [`module ${name} was added`];
    if (b === undefined) return [`module ${name} was removed`];
    if (a.hash !== b.hash) return [`module ${name} was edited`];
    // Equal text can resolve to other modules after a change of the import map.
    return canonicalJson(a.imports) === canonicalJson(b.imports)
      ? []
      : [`module ${name} imports other modules`];
  });
}

function comparePackages(before: readonly string[], now: readonly string[]): string[] {
  const versionsOf = (packages: readonly string[]) => {
    const versions: Record<string, string> = {};
    for (const item of packages) {
      // "@scope/name@1.0.0", and with what it is paired with "name@1.0.0_other@2.0.0".
      const at = item.indexOf("@", 1);
      const [name, version] = [item.slice(0, at), item.slice(at + 1)];
      versions[name] = versions[name] === undefined ? version : `${versions[name]}, ${version}`;
    }
    return versions;
  };
  const [a, b] = [versionsOf(before), versionsOf(now)];
  return unionOf(a, b).flatMap((name) => {
    if (a[name] === undefined) return [`package ${name} ${b[name]} was added`];
    if (b[name] === undefined) return [`package ${name} ${a[name]} was removed`];
    return a[name] === b[name] ? [] : [`package ${name} ${a[name]} -> ${b[name]}`];
  });
}

function unionOf(a: object, b: object): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
}
