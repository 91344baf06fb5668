import { isAbsolute, join, relative } from "node:path";
import { isWithin } from "../base/files.ts";
import type { StageDeclaration } from "../define/stage.ts";

/** What the sandbox of one attempt is made from; all paths absolute. */
export interface SandboxSettings {
  readonly root: string;
  readonly stage: StageDeclaration;
  readonly inputs: readonly string[];
  /** Folders that the stage may read and write. */
  readonly writable: readonly string[];
  /** Folders with npm packages: their WASM files and native addons are read at run time. */
  readonly packages: readonly string[];
}

/**
 * Permission flags of a stage's process. Modules load through the import graph without read permission, so only
 * data need it.
 *
 * @throws {Error} If a path has a comma, which Deno takes for a separator, or `permissions.read` names project data.
 */
export function permissionFlags({ root, stage, inputs, writable, packages }: SandboxSettings): string[] {
  const { ffi, sys, run, read = [] } = stage.permissions;
  const system = read.map((path) => (isAbsolute(path) ? path : join(root, path)));
  const inProject = system.find((path) => isWithin(root, path));
  if (inProject !== undefined) {
    throw new Error(
      `Cannot grant read permission for ${
        relative(root, inProject)
      }: it lies in the project, so its content must ` +
        `enter the key, expected an input bound to rawFile("${relative(root, inProject)}")`,
    );
  }
  const flags = ["--allow-env"];
  // One flag for each path: a single argument is limited to 128 KiB on Linux.
  for (const path of [...inputs, ...writable, ...packages, ...system]) {
    flags.push(`--allow-read=${withoutComma(path)}`);
  }
  for (const path of writable) flags.push(`--allow-write=${withoutComma(path)}`);
  if (ffi) flags.push("--allow-ffi");
  if (sys) flags.push("--allow-sys");
  if (run === true) flags.push("--allow-run");
  else if (run !== undefined && run !== false && run.length > 0) flags.push(`--allow-run=${run.join(",")}`);
  return flags;
}

function withoutComma(path: string): string {
  if (!path.includes(",")) return path;
  throw new Error(`Cannot grant permission for ${path}: its name has a comma, expected a path without one`);
}

/** Variables without which a process cannot start or find a program. */
const passedOn = ["PATH", "SystemRoot"];

/**
 * Environment of a stage's process: nothing but what it declares and what Deno needs. Home and temporary folder are
 * its own; libraries that count threads see the cores that were granted, those that look for GPUs its own.
 */
export function stageEnvironment(
  stage: StageDeclaration,
  folders: { denoDir: string; temporary: string },
  granted: { cores: number; gpus: readonly string[] },
): Record<string, string> {
  const env: Record<string, string> = {
    DENO_DIR: folders.denoDir,
    HOME: folders.temporary,
    TMPDIR: folders.temporary,
    NO_COLOR: "1",
    DENO_NO_UPDATE_CHECK: "1",
    OMP_NUM_THREADS: String(granted.cores),
  };
  for (const name of [...passedOn, ...stage.env]) {
    const value = Deno.env.get(name);
    if (value !== undefined) env[name] = value;
  }
  // Also where a stage declares it: the value of the engine would name the GPUs of all.
  env.CUDA_VISIBLE_DEVICES = granted.gpus.join(",");
  return env;
}

/**
 * Explains a refusal of the sandbox and names what to add.
 *
 * @param text The error's message, or the end of the log.
 * @returns Undefined if the text is about something else.
 */
export function explainDenial(text: string, stage: StageDeclaration, root: string): string | undefined {
  const match = /Requires (\w+) access to (?:"([^"]*)"|(<[^>]*>|\S+?))(?:,|$)/m.exec(text);
  if (match === null) return undefined;
  const kind = match[1];
  const target = match[2] ?? match[3];
  const module = `stage "${stage.name}"`;
  switch (kind) {
    case "read": {
      const inside = isAbsolute(target) && isWithin(root, target);
      const path = inside ? relative(root, target) : target;
      const asSystem = inside
        ? ""
        : `, or permissions: { read: ["${path}"] } for a system file that shapes no result`;
      return `it reads ${path} without declaring it, expected an input: add a name to inputs of ${module} and bind ` +
        `it to rawFile("${path}")${asSystem}`;
    }
    case "write":
      return `it writes ${target} outside its folder, expected a declared output: write to a path of ctx.outputs`;
    case "run":
      return `it starts ${target}, expected permissions: { run: ["${target}"] } in ${module}`;
    case "ffi":
      return `it loads the native library ${target}, expected permissions: { ffi: true } in ${module}`;
    case "sys":
      return `it asks the system for ${target}, expected permissions: { sys: true } in ${module}`;
    case "net":
      return `it connects to ${target}, expected no network: fetch the data first and bind them as rawFile(path)`;
    default:
      return `it needs ${kind} access to ${target}, expected no such need`;
  }
}
