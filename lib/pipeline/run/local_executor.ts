import { join } from "node:path";
import { writeAll } from "../base/files.ts";
import { endGroup, hasProcessGroups, watchGroup } from "./process_group.ts";
import { decodeLine, marker, type StageJob, type StageMessage } from "./protocol.ts";

/** One attempt at a stage, ready to start. */
export interface Attempt {
  /** Folder of the attempt: the entry module and the log are written there. */
  readonly scratch: string;
  /** Project folder, the working directory of the process, and its configuration file. */
  readonly root: string;
  readonly config: string;
  /** URL of the stage's module. */
  readonly module: string;
  readonly job: StageJob;
  readonly permissions: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** How an attempt ended. */
export type Outcome =
  | {
    readonly state: "finished";
    /** The most memory that its process had resident, bytes. */
    readonly peakMemory: number;
  }
  | {
    readonly state: "failed";
    /** Name of the error that the stage threw; undefined if its process ended otherwise. */
    readonly name?: string;
    readonly message: string;
    readonly text: string;
  };

/** Time in which everything that is there can be read, milliseconds. */
const turn = 100;

/** Time between asking a stage to stop and ending it, milliseconds. */
const grace = 2000;

/** Text without a line break is cut after so many characters, and after so many more where a message may be in it. */
const longestLine = 1 << 20;
const longestMessage = 1 << 26;

/** How much of the log a message about a crash looks at, characters. */
const tailLength = 4000;

/**
 * Runs a stage in a child process of its own: `deno run --no-prompt --cached-only` with the given permissions. The
 * programs that it starts end with it, however it ends.
 *
 * @param onMessage Called for each progress, memory and log message.
 * @param signal Stops the child: first by SIGTERM, which it hears as its own signal, then by SIGKILL.
 */
export async function runInChild(
  attempt: Attempt,
  onMessage: (message: StageMessage) => void,
  signal: AbortSignal,
): Promise<Outcome> {
  const entry = join(attempt.scratch, "main.mjs");
  Deno.writeTextFileSync(entry, entryModule(attempt));
  using log = Deno.openSync(join(attempt.scratch, "log.txt"), { write: true, create: true });
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--cached-only",
      `--config=${attempt.config}`,
      ...attempt.permissions,
      entry,
    ],
    cwd: attempt.root,
    clearEnv: true,
    env: { ...attempt.env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    detached: hasProcessGroups,
  }).spawn();
  await using _watch = watchGroup(child.pid);
  let running = true;
  let killer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => {
    if (running) child.kill("SIGTERM");
    killer = setTimeout(() => running && child.kill("SIGKILL"), grace);
  };
  child.status.finally(() => (running = false));
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });

  let last: StageMessage | undefined;
  let tail = "";
  const writeLog = (text: string) => {
    writeAll(log, new TextEncoder().encode(`${text}\n`));
    tail = `${tail}${text}\n`.slice(-tailLength);
  };
  const cut = new AbortController();
  const readOutput = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const line of linesOf(stream, cut.signal)) {
      const { text, message } = decodeLine(line);
      if (text !== "" || message === undefined) writeLog(text);
      if (message?.type === "log") writeLog(message.line);
      if (message?.type === "failed") writeLog(message.stack);
      if (message?.type === "finished" || message?.type === "failed") last = message;
      else if (message !== undefined) onMessage(message);
    }
  };
  const reading = Promise.all([readOutput(child.stdout), readOutput(child.stderr)]);
  // A log that cannot be written ends the stage; it must be gone before its folder is.
  const unread = reading.then(() => undefined, (error: Error) => {
    if (running) child.kill("SIGKILL");
    return error;
  });
  const status = await child.status;
  // Before reading ends: a program that it left may have its output open, and write into its folder.
  endGroup(child.pid);
  // A program that became a daemon is not in the group: what it goes on to print is nobody's.
  const late = setTimeout(() => setTimeout(() => cut.abort(), turn), grace);
  const failure = await unread;
  cut.abort();
  clearTimeout(late);
  clearTimeout(killer);
  signal.removeEventListener("abort", stop);

  if (failure !== undefined) throw new Error(`its log could not be written: ${failure.message}`);
  if (last?.type === "finished" && status.success) return { state: "finished", peakMemory: last.peakMemory };
  if (last?.type === "failed") {
    return { state: "failed", name: last.name, message: last.message, text: last.message };
  }
  const ending = status.signal === null
    ? `exited with code ${status.code} before it was done`
    : `was ended by ${status.signal}`;
  const error = /^error: (.*)$/m.exec(tail)?.[1];
  return {
    state: "failed",
    message: `its process ${ending}${error === undefined ? "" : `: ${error}`}`,
    text: tail,
  };
}

/**
 * The child's main module. Static imports need no read permission; the job travels as a literal. The stage is not
 * awaited at the top level: there, Deno would wait for ever for a promise that nothing can settle.
 */
function entryModule({ module, job }: Attempt): string {
  const process = new URL("./stage_process.ts", import.meta.url).href;
  return `import * as stage from ${JSON.stringify(module)};
import { runStage } from ${JSON.stringify(process)};
runStage(stage, ${JSON.stringify(job)});
`;
}

/** The lines of `stream` up to its end, or until `signal` aborts; very long ones in pieces. */
async function* linesOf(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let rest = "";
  let mayBeMessage = false;
  const texts = stream.pipeThrough(new TextDecoderStream(), { signal })[Symbol.asyncIterator]();
  for (;;) {
    const next = await texts.next().catch((error) => {
      if (signal.aborted) return { done: true, value: "" } as const;
      throw error;
    });
    if (next.done) break;
    const text = next.value;
    if (text.includes("\n")) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
      mayBeMessage = rest.includes(marker);
    } else {
      // Not looked through again: a progress bar may go on for megabytes without a line break.
      rest += text;
      mayBeMessage ||= text.includes(marker);
    }
    if (rest.length <= (mayBeMessage ? longestMessage : longestLine)) continue;
    yield rest;
    rest = "";
    mayBeMessage = false;
  }
  if (rest !== "") yield rest;
}
