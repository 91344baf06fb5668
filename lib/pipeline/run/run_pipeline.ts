import { checkResources } from "./check_resources.ts";
import { createDisplay, type Screen, standardOutput } from "../show/display.ts";
import { untilInterrupted } from "./interrupt.ts";
import { gpusToUse, type Limits, machineMemory } from "./limits.ts";
import { loadPipeline, type PipelineParams } from "../plan/load.ts";
import { run } from "./run.ts";
import type { Selection } from "../plan/selection.ts";

/** How {@link runPipeline} runs and shows. */
export interface RunOptions extends PipelineParams {
  /** Stages at a time, counted in cores (default: the number of cores); on Slurm counted in jobs (default: 100). */
  readonly jobs?: number;
  /** Bytes for stages that reserve memory (default: those of the machine). */
  readonly memory?: number;
  /** GPUs to use (default: those in CUDA_VISIBLE_DEVICES if it is set, else all). */
  readonly gpus?: number;
  /** The stages that may run (default: all). */
  readonly selection?: Selection;
  /** Runs them even if their result is in the store. */
  readonly force?: boolean;
  /** Goes on after a failure with what does not depend on it. */
  readonly keepGoing?: boolean;
  /** Takes a result from the store only if its bytes are those that were written. */
  readonly verify?: boolean;
  /** Runs stages as jobs of Slurm, with further options for sbatch; waits `latency` milliseconds for late files. */
  readonly slurm?: { readonly options?: readonly string[]; readonly latency?: number };
  /** Publishes over files that were edited by hand. */
  readonly overwrite?: boolean;
  /** Prints the events instead of a display. */
  readonly json?: boolean;
  /** Lists stages taken from the store, and log lines. */
  readonly verbose?: boolean;
  /** Where to show the run (default: standard output). */
  readonly screen?: Screen;
  /** The command that goes on after an interrupt. */
  readonly resumeCommand?: string;
}

/** Stages at a time on Slurm, which has a queue of its own. */
const jobsOnSlurm = 100;

/** How long a file from another machine may take to appear, milliseconds. */
const defaultLatency = 5000;

/**
 * Runs a pipeline file with a display on standard output. Ctrl-C stops it; what is done stays in the store.
 *
 * @param path The pipeline file.
 * @returns The exit code: 0, 1 if a stage failed, 130 if it was interrupted.
 * @throws {Error} If the pipeline cannot be loaded or its parameters are wrong, or a stage asks for more than there is.
 */
export async function runPipeline(path: string, options: RunOptions = {}): Promise<number> {
  const { slurm } = options;
  const {
    jobs = slurm === undefined ? navigator.hardwareConcurrency : jobsOnSlurm,
    screen = standardOutput,
    json = false,
    verbose = false,
  } = options;
  if (!Number.isSafeInteger(jobs) || jobs < 1) {
    throw new RangeError(`Cannot run on ${jobs} slots: jobs is ${jobs}, expected a positive integer`);
  }
  const start = performance.now();
  // Slurm counts for itself.
  const limits: Limits = slurm === undefined
    ? { cores: jobs, memory: options.memory ?? machineMemory(), gpus: gpusToUse(options.gpus) }
    : { cores: jobs, memory: Infinity, gpus: [] };
  const { selection = {}, force = false } = options;
  const pipeline = await loadPipeline(path, options);
  if (slurm === undefined) await checkResources(pipeline, limits, { selection, force });
  using interrupt = untilInterrupted();
  const display = createDisplay(screen, { json, verbose });
  try {
    const state = await run(pipeline, {
      limits,
      start,
      selection,
      force,
      keepGoing: options.keepGoing ?? false,
      verify: options.verify ?? false,
      publish: true,
      overwrite: options.overwrite ?? false,
      slurm: slurm && { options: slurm.options ?? [], latency: slurm.latency ?? defaultLatency },
      onEvent: (event) => display.show(event),
      signal: interrupt.signal,
    });
    display.close();
    if (state === "stopped" && !json) {
      const command = options.resumeCommand ?? "the same command";
      screen.write(`Stopped. Finished stages are kept; go on with: ${command}\n`);
    }
    return { succeeded: 0, failed: 1, stopped: 130 }[state];
  } finally {
    display.close();
  }
}
