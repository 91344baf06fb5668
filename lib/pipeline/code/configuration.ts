import { dirname, join } from "node:path";
import type { JsonObject } from "../base/canonical_json.ts";
import { readTextIfPresent } from "../base/files.ts";

/** Names of what decides, beside the modules themselves, to which module an import resolves. */
const names = ["deno.json", "deno.jsonc", "deno.lock", "package.json", "node_modules"];

/**
 * Absolute paths of the files and folders that decide to which module an import resolves, whether they are there or not.
 *
 * @param config Absolute path of deno.json or deno.jsonc.
 * @returns Undefined if there are more of them than can be told, as with a workspace.
 */
export function configurationPaths(root: string, config: string): string[] | undefined {
  const paths = [config, ...names.map((name) => join(root, name))];
  const settings = parseConfiguration(readTextIfPresent(config) ?? "{}");
  if (settings === undefined || reachesFar(settings)) return undefined;
  const { importMap, lock } = settings;
  const lockPath = typeof lock === "object" && lock !== null ? (lock as { path?: unknown }).path : lock;
  for (const path of [importMap, lockPath]) {
    if (typeof path !== "string") continue;
    // What lies elsewhere can change without a trace here.
    if (/^[\w+.-]+:/.test(path)) return undefined;
    paths.push(join(dirname(config), path));
  }
  // A folder above can be a workspace that the project is a member of.
  for (let folder = dirname(root), below = root; folder !== below; below = folder, folder = dirname(folder)) {
    for (const name of names.slice(0, 2)) {
      const path = join(folder, name);
      const text = readTextIfPresent(path);
      const above = text === undefined ? {} : parseConfiguration(text);
      if (above === undefined || reachesFar(above)) return undefined;
      paths.push(path);
    }
  }
  return [...new Set(paths)];
}

/** Members of the compiler's options that change what code does, not only how it is checked. */
const compilerOptions = [
  "emitDecoratorMetadata",
  "experimentalDecorators",
  "jsx",
  "jsxFactory",
  "jsxFragmentFactory",
  "jsxImportSource",
];

/** Settings of the configuration that change what code does; none in most projects. */
export function codeSettings(config: string): JsonObject {
  const settings = parseConfiguration(readTextIfPresent(config) ?? "{}") ?? {};
  const options = Object.entries(settings.compilerOptions ?? {}).filter(([name]) =>
    compilerOptions.includes(name)
  );
  return Object.fromEntries([
    ...options,
    ...Object.entries(settings).filter(([name]) => name === "unstable"),
  ]);
}

function reachesFar(settings: Readonly<Record<string, unknown>>): boolean {
  return ["workspace", "links", "patch"].some((name) => Object.hasOwn(settings, name));
}

/** Reads JSON with comments and commas at the end of lists; undefined if it is no object of that kind. */
function parseConfiguration(text: string): Readonly<Record<string, unknown>> | undefined {
  const plain = text
    .replace(/("(?:[^"\\]|\\.)*")|\/\/.*|\/\*[^]*?\*\//g, "$1")
    .replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, "$1");
  try {
    const settings = JSON.parse(plain);
    return typeof settings === "object" && settings !== null ? settings : undefined;
  } catch {
    return undefined;
  }
}
