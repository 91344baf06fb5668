import type { LoadedPipeline } from "./load.ts";
import { Planner } from "./planner.ts";
import type { Store } from "../store/store.ts";

/** Keys of all results in the store, damaged ones too, or of those of `pipeline`. */
export async function* storedKeys(store: Store, pipeline?: LoadedPipeline): AsyncGenerator<string> {
  if (pipeline === undefined) {
    yield* store.keys();
    return;
  }
  const planner = new Planner(pipeline, store);
  for (const instance of pipeline.instances) {
    if (planner.unsettled(instance).length > 0) continue;
    const { key } = await planner.plan(instance);
    // What was recorded tells what the others read, whatever became of the files.
    const result = store.lookupNow(key) ?? store.manifest(key);
    if (result === undefined) continue;
    planner.settle(instance, result);
    yield key;
  }
  planner.save();
}
