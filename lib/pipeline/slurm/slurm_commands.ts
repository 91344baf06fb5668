/** Asks Slurm through its commands; arguments go as they are, no shell reads them. */
import type { Resources } from "../define/resources.ts";

/** What Slurm says of a task of an array: "12_3". It is a hint: what counts is in the store. */
export interface QueuedTask {
  readonly task: string;
  /** Name of its job. */
  readonly name: string;
  /** "PENDING", "RUNNING" and so on. */
  readonly state: string;
}

/** One array of equal tasks. */
export interface Submission {
  readonly name: string;
  readonly tasks: number;
  /** What each task asks for. */
  readonly resources: Resources;
  /** Working directory. */
  readonly folder: string;
  /** Path of the logs, with %A for the job and %a for the task. Its folder must exist: else the job fails without a word. */
  readonly log: string;
  /** Further options for sbatch, as "--partition=gpu". */
  readonly options: readonly string[];
  /** A script that runs its arguments. */
  readonly script: string;
  readonly command: readonly string[];
}

/** Submits an array; gives the id of its job. */
export async function submit(submission: Submission): Promise<string> {
  const { name, tasks, resources, folder, log, options, script, command } = submission;
  const text = await ask("sbatch", [
    "--parsable",
    `--job-name=${name}`,
    `--array=0-${tasks - 1}`,
    ...resourceOptions(resources),
    `--chdir=${folder}`,
    `--output=${log}`,
    "--open-mode=append",
    // What was killed is submitted again here, at once and not two minutes later.
    "--no-requeue",
    ...options,
    script,
    ...command,
  ]);
  // "12", or "12;cluster".
  const job = /^\d+/.exec(text)?.[0];
  if (job === undefined) {
    throw new Error(`Cannot read the answer of sbatch: it is "${text}", expected a job id`);
  }
  return job;
}

function resourceOptions({ cores, memory, gpus }: Resources): string[] {
  return [
    cores === "all" ? "--exclusive" : `--cpus-per-task=${cores}`,
    // Slurm's K is 1,024 bytes.
    ...(memory > 0 ? [`--mem=${Math.ceil(memory / 1024)}K`] : []),
    // Of a job with one task on one node. --gpus-per-task would also need a number of tasks and cons_tres.
    ...(gpus > 0 ? [`--gres=gpu:${gpus}`] : []),
  ];
}

/** The tasks of this user that wait or run. */
export async function queue(): Promise<QueuedTask[]> {
  const text = await ask("squeue", ["--me", "--noheader", "--array", "--format=%i|%T|%j"]);
  return text.split("\n").filter((line) => line !== "").map((line) => {
    const [task, state, ...name] = line.split("|");
    return { task, state, name: name.join("|") };
  });
}

/** Ends tasks; those that are over already are no error. */
export async function cancel(tasks: readonly string[]): Promise<void> {
  if (tasks.length > 0) await ask("scancel", ["--quiet", ...tasks]);
}

async function ask(program: string, args: readonly string[]): Promise<string> {
  let output: Deno.CommandOutput;
  try {
    output = await new Deno.Command(program, { args: [...args] }).output();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`Cannot use Slurm: there is no program ${program}, expected a machine that submits jobs`);
  }
  const [stdout, stderr] = [output.stdout, output.stderr].map((bytes) =>
    new TextDecoder().decode(bytes).trim()
  );
  if (!output.success) throw new Error(`Cannot use Slurm: ${program} failed: ${stderr || stdout}`);
  return stdout;
}
