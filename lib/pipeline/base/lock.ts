import { dirname, join } from "node:path";
import { removeIfPresent } from "./files.ts";

/** How often a waiting process tries again, milliseconds. */
const retryInterval = 100;

/**
 * Holds the lock file at `path` (flock) until disposed; the kernel lets go when the process dies, however it dies.
 *
 * @param options.onWait Called once if another process holds the lock.
 * @param options.signal Ends the waiting with its reason.
 */
export async function acquireLock(
  path: string,
  options: { onWait?: () => void; signal?: AbortSignal } = {},
): Promise<Disposable> {
  Deno.mkdirSync(dirname(path), { recursive: true });
  for (let waited = false;;) {
    options.signal?.throwIfAborted();
    const file = Deno.openSync(path, { create: true, write: true });
    if (await file.tryLock(true)) {
      // The holder before us removed the file that we opened: ours is a lock on nothing, take the new one.
      if (isSameFile(file, path)) {
        return {
          [Symbol.dispose]() {
            removeIfPresent(path);
            file.close();
          },
        };
      }
      file.close();
      continue;
    }
    file.close();
    if (!waited) options.onWait?.();
    waited = true;
    await new Promise((resolve) => setTimeout(resolve, retryInterval));
  }
}

function isSameFile(file: Deno.FsFile, path: string): boolean {
  try {
    return Deno.statSync(path).ino === file.statSync().ino;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Name of the file that runs share and that a garbage collection has for itself. */
const storeLock = "store.lock";

/** Keeps results from being collected until disposed; waits while a collection is on. */
export async function shareStore(pipelineFolder: string, signal: AbortSignal): Promise<Disposable> {
  Deno.mkdirSync(pipelineFolder, { recursive: true });
  const file = Deno.openSync(join(pipelineFolder, storeLock), { create: true, write: true });
  while (!(await file.tryLock(false))) {
    if (signal.aborted) {
      file.close();
      signal.throwIfAborted();
    }
    await new Promise((resolve) => setTimeout(resolve, retryInterval));
  }
  return file;
}

/** Takes the store for this process alone until disposed; undefined if another uses it. */
export function claimStore(pipelineFolder: string): Disposable | undefined {
  const file = Deno.openSync(join(pipelineFolder, storeLock), { create: true, write: true });
  if (file.tryLockSync(true)) return file;
  file.close();
  return undefined;
}
