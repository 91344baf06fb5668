import {
  type Command,
  onlyFile,
  parameterHelp,
  parse,
  pipelineOptions,
  settingsOf,
  UsageError,
} from "../command_line.ts";
import { formatBytes, formatCount } from "../base/format.ts";
import { loadPipeline } from "../plan/load.ts";
import { projectStore } from "../plan/project.ts";
import { Store } from "../store/store.ts";
import { storedKeys } from "../plan/stored_keys.ts";

const options = { ...pipelineOptions, remove: { type: "boolean" } } as const;

/** `deno task pipeline verify`. */
export const verifyCommand: Command = {
  help: `Reads every result in the store and compares its bytes with the hashes taken when it was made.

Usage: deno task pipeline verify [pipelines/file.ts] [options]

With a pipeline file it reads only the results of that pipeline.

Options:
${parameterHelp}
      --remove          removes damaged results, so that the next run makes them again
      --json            prints JSON lines
      --help            prints this

Exit code: 0, or 1 if a result is damaged
`,
  async run(args, screen) {
    const { values, positionals } = parse(args, options);
    const settings = settingsOf(values);
    if (positionals.length === 0 && settings.length > 0) {
      throw new UsageError(`Cannot set ${settings[0]}: no pipeline file is given, expected one`);
    }
    const pipeline = positionals.length === 0
      ? undefined
      : await loadPipeline(onlyFile("verify", positionals), { settings });
    const store = pipeline === undefined ? projectStore() : new Store(pipeline.root);
    let whole = 0;
    let damaged = 0;
    let bytes = 0;
    for await (const key of storedKeys(store, pipeline)) {
      const found = await store.lookup(key, { verify: true });
      if (found.state === "hit") {
        whole++;
        for (const { files } of Object.values(found.result.outputs)) {
          for (const { size } of files) bytes += size;
        }
        continue;
      }
      damaged++;
      const stage = store.manifest(key)?.id;
      const reason = found.state === "damaged" ? found.reason : "its manifest is not whole";
      if (values.remove) store.remove(key);
      screen.write(
        values.json
          ? `${JSON.stringify({ stage, key, reason, removed: values.remove ?? false })}\n`
          : `${stage ?? "unknown stage"}: ${reason} (${store.entryPath(key)})${
            values.remove ? ", removed" : ""
          }\n`,
      );
    }
    if (!values.json) {
      const advice = damaged > 0 && !values.remove ? "; --remove lets the next run make them again" : "";
      screen.write(
        `${formatCount(whole, "result")} whole (${formatBytes(bytes)}), ${damaged} damaged${advice}\n`,
      );
    }
    return damaged > 0 ? 1 : 0;
  },
};
