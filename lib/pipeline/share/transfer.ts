import { join } from "node:path";
import { removeIfPresent } from "../base/files.ts";
import { shareStore } from "../base/lock.ts";
import type { LoadedPipeline } from "../plan/load.ts";
import { Planner } from "../plan/planner.ts";
import { storedKeys } from "../plan/stored_keys.ts";
import type { Store } from "../store/store.ts";
import { type Remote, shelved } from "./remote.ts";

/** What became of one result. */
export interface Transfer {
  readonly key: string;
  /** "refused": its bytes or its key are not what its manifest says. */
  readonly state: "copied" | "present" | "refused";
  readonly reason?: string;
}

/** Entries that go together: a transfer that is interrupted keeps those that went before. */
const atATime = 64;

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
  let whole: string[] = [];
  async function* send(): AsyncGenerator<Transfer> {
    await remote.send(whole, join(store.folder, "store"));
    for (const key of whole) yield { key, state: "copied" };
    whole = [];
  }
  for await (const key of storedKeys(store, pipeline)) {
    if (present.has(key)) {
      yield { key, state: "present" };
      continue;
    }
    present.add(key);
    const found = await store.lookup(key, { verify: true });
    if (found.state === "hit") whole.push(key);
    else {
      const reason = found.state === "damaged" ? found.reason : "its manifest is not whole";
      yield { key, state: "refused", reason };
    }
    if (whole.length === atATime) yield* send();
  }
  if (whole.length > 0) yield* send();
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
    yield* pullKeys(store, remote, [...offered]);
    return;
  }
  const planner = new Planner(pipeline, store);
  // What a stage reads must be known before its key is: those whose inputs are there go together.
  for (let waiting = pipeline.instances; waiting.length > 0;) {
    const { ready = [], later = [] } = Object.groupBy(
      waiting,
      (instance) => (planner.unsettled(instance).length === 0 ? "ready" : "later"),
    );
    if (ready.length === 0) break;
    waiting = later;
    const keys: string[] = [];
    for (const instance of ready) keys.push((await planner.plan(instance)).key);
    yield* pullKeys(store, remote, keys.filter((key) => offered.has(key)));
    for (const [i, instance] of ready.entries()) {
      const found = await store.lookup(keys[i]);
      if (found.state === "hit") planner.settle(instance, found.result);
    }
  }
  planner.save();
}

/** Copies the entries of `keys` that the store lacks. */
async function* pullKeys(store: Store, remote: Remote, keys: readonly string[]): AsyncGenerator<Transfer> {
  const absent = new Set<string>();
  for (const key of keys) {
    if (absent.has(key) || (await store.lookup(key)).state === "hit") yield { key, state: "present" };
    else absent.add(key);
  }
  for (const some of chunksOf([...absent], atATime)) {
    const scratch = store.createScratch("pull");
    try {
      await remote.fetch(some, scratch);
      for (const key of some) {
        const reason = await store.admit(key, join(scratch, shelved(key)));
        yield reason === undefined ? { key, state: "copied" } : { key, state: "refused", reason };
      }
    } finally {
      removeIfPresent(scratch);
    }
  }
}

function* chunksOf<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let i = 0; i < items.length; i += size) yield items.slice(i, i + size);
}
