import type { LoadedPipeline } from "./load.ts";
import { Planner } from "./planner.ts";
import type { Store } from "../store/store.ts";

/** Keys of the results of `pipeline`, damaged ones too, as far as they are in the store. */
export async function* storedKeys(pipeline: LoadedPipeline, store: Store): AsyncGenerator<string> {
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
