import { removeIfPresent } from "./files.ts";
import type { LoadedPipeline } from "./load.ts";
import { shareStore } from "./lock.ts";
import { Planner } from "./planner.ts";
import type { Remote } from "./remote.ts";
import type { Store } from "./store.ts";
import { storedKeys } from "./stored_keys.ts";

/** What became of one result. */
export interface Transfer {
  readonly key: string;
  /** "refused": its bytes or its key are not what its manifest says. */
  readonly state: "copied" | "present" | "refused";
  readonly reason?: string;
}

/**
 * Copies results to a remote: those of `pipeline` that are in the store, or all. Each is compared with its hashes
 * before, so that no damage spreads.
 */
export async function* push(
  store: Store,
  remote: Remote,
  pipeline?: LoadedPipeline,
): AsyncGenerator<Transfer> {
  using _shared = await shareStore(store.folder, new AbortController().signal);
  const present = new Set(await remote.keys());
  for await (const key of pipeline === undefined ? store.keys() : storedKeys(pipeline, store)) {
    if (present.has(key)) {
      yield { key, state: "present" };
      continue;
    }
    const found = await store.lookup(key, { verify: true });
    if (found.state !== "hit") {
      yield {
        key,
        state: "refused",
        reason: found.state === "damaged" ? found.reason : "its manifest is not whole",
      };
      continue;
    }
    await remote.send(key, store.entryPath(key));
    yield { key, state: "copied" };
  }
}

/**
 * Copies results from a remote into the store: those that `pipeline` needs, or all. Each is compared with its hashes
 * before it becomes an entry.
 */
export async function* pull(
  store: Store,
  remote: Remote,
  pipeline?: LoadedPipeline,
): AsyncGenerator<Transfer> {
  using _shared = await shareStore(store.folder, new AbortController().signal);
  const offered = new Set(await remote.keys());
  if (pipeline === undefined) {
    for (const key of offered) yield await pullOne(store, remote, key);
    return;
  }
  const planner = new Planner(pipeline, store);
  for (const instance of pipeline.instances) {
    if (planner.unsettled(instance).length > 0) continue;
    const { key } = await planner.plan(instance);
    if (offered.has(key)) yield await pullOne(store, remote, key);
    const found = await store.lookup(key);
    if (found.state === "hit") planner.settle(instance, found.result);
  }
  planner.save();
}

async function pullOne(store: Store, remote: Remote, key: string): Promise<Transfer> {
  if ((await store.lookup(key)).state === "hit") return { key, state: "present" };
  const scratch = store.createScratch(key);
  try {
    await remote.fetch(key, scratch);
    const reason = await store.admit(key, scratch);
    return reason === undefined ? { key, state: "copied" } : { key, state: "refused", reason };
  } finally {
    removeIfPresent(scratch);
  }
}
