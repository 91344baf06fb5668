import { type Command, onlyFile } from "../command_line.ts";
import { visibleGpus } from "../run/limits.ts";
import { loadPipeline } from "../plan/load.ts";
import { run } from "../run/run.ts";
import { ownItem } from "../slurm/slurm_executor.ts";

/** `deno task pipeline worker`: what a job of Slurm runs. Not for people, so it is not listed. */
export const workerCommand: Command = {
  help: "Runs one stage as a job of Slurm; started by run --executor slurm.\n",
  async run(args) {
    const start = performance.now();
    const item = ownItem(onlyFile("work", args));
    const stop = new AbortController();
    Deno.addSignalListener("SIGTERM", () => stop.abort());
    const state = await run(await loadPipeline(item.file, { params: item.params }), {
      limits: {
        cores: Number(Deno.env.get("SLURM_CPUS_PER_TASK") ?? navigator.hardwareConcurrency),
        // Slurm keeps its jobs to what they asked for.
        memory: Infinity,
        gpus: visibleGpus(),
      },
      start,
      selection: { ids: [item.stage] },
      force: item.force,
      keepGoing: false,
      verify: false,
      // The driver publishes, one for all.
      publish: false,
      overwrite: false,
      events: item.events,
      onEvent() {},
      signal: stop.signal,
    });
    return state === "succeeded" ? 0 : 1;
  },
};
