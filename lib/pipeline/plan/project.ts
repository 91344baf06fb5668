import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { namesIn } from "../base/files.ts";
import { Store } from "../store/store.ts";

/** The project that a pipeline file belongs to. */
export interface Project {
  /** Absolute path of the folder of deno.json, links resolved. */
  readonly root: string;
  /** Absolute path of deno.json or deno.jsonc. */
  readonly config: string;
}

/** Finds the folder with deno.json upward from the file at the absolute `path`. */
export function findProject(path: string): Project {
  for (let root = dirname(path);; root = dirname(root)) {
    const config = ["deno.json", "deno.jsonc"].map((name) => join(root, name)).find(isFile);
    if (config !== undefined) return { root, config };
    if (root === dirname(root)) {
      throw new Error(`Cannot find the project of ${path}: no folder above it has a deno.json, expected one`);
    }
  }
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** The command line, program first, that runs a command of this engine in a process of its own. */
export function engineCommand({ config }: Project, ...args: readonly string[]): string[] {
  const cli = fileURLToPath(new URL("../cli.ts", import.meta.url));
  return [Deno.execPath(), "run", "-A", "--quiet", "--cached-only", `--config=${config}`, cli, ...args];
}

/** The commit that is checked out, and whether tracked files differ from it; null outside a git checkout. */
export async function gitState(root: string): Promise<{ commit: string; dirty: boolean } | null> {
  const git = async (...args: string[]) => {
    const { success, stdout } = await new Deno.Command("git", { args, cwd: root, stderr: "null" }).output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  };
  try {
    const [commit, changes] = await Promise.all([
      git("rev-parse", "HEAD"),
      git("status", "--porcelain", "-uno"),
    ]);
    return commit === undefined ? null : { commit, dirty: changes !== "" };
  } catch {
    // No git on this machine.
    return null;
  }
}

/**
 * The store of the project that the working directory lies in.
 *
 * @throws {Error} If there is no project, or no pipeline of it ever ran and `create` is not set.
 */
export function projectStore({ create = false } = {}): Store {
  const { root } = findProject(join(Deno.cwd(), "deno.json"));
  const store = new Store(root);
  if (create || namesIn(store.folder).length > 0) return store;
  throw new Error(`Cannot open the store ${store.folder}: there is none, expected a run before`);
}

/** Deno's cache folder, and the folders from which npm packages read their own files at run time. */
export async function packageFolders({ root }: Project): Promise<{ denoDir: string; packages: string[] }> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"], cwd: root })
    .output();
  const { denoDir, npmCache } = JSON.parse(new TextDecoder().decode(stdout));
  return { denoDir, packages: [npmCache, join(root, "node_modules")] };
}
