import { holdFolder } from "../store/hold_folder.ts";
import { MemoryGauge } from "./memory_gauge.ts";
import { expectedNames } from "../../text/mod.ts";
import { encodeMessage, type StageJob, type StageMessage } from "./protocol.ts";
import type { ParamsSchema, StageContext, StageFactory } from "../define/stage.ts";

/** Shortest time between two progress messages, milliseconds: more than a display shows is waste. */
const progressInterval = 100;

/** Time that a stage has to tidy up after its signal aborts, milliseconds. */
const graceAfterStop = 500;

/**
 * Runs one stage in this process and ends it: the other side of {@link runInChild}.
 *
 * @param module The stage's module, as imported.
 */
export async function runStage(module: Record<string, unknown>, job: StageJob): Promise<never> {
  const gauge = new MemoryGauge(job.engineMemory, (memory) => send({ type: "memory", memory }));
  const stop = new AbortController();
  const end = () => {
    stop.abort(new Error("Cannot go on with the stage: the run was stopped"));
    setTimeout(() => Deno.exit(1), graceAfterStop).unref();
  };
  // Ctrl-C reaches every process of the terminal: the engine decides what it means, and asks us with SIGTERM.
  Deno.addSignalListener("SIGINT", () => {});
  Deno.addSignalListener("SIGTERM", end);
  // An engine that was killed leaves us to another parent; nobody would take the result. Neither listeners nor this
  // timer keep the process alive, so a stage that waits for what can never happen ends without having finished.
  setInterval(() => {
    if (Deno.ppid !== job.engine) end();
    gauge.look(performance.now());
  }, 500).unref();
  try {
    await holdFolder(job.checkpoint);
    if (Deno.ppid !== job.engine) Deno.exit(1);
    await findStage(module, job.stage).definition.run(createContext(job, stop.signal, gauge));
    send({ type: "finished", peakMemory: await gauge.peak() });
    Deno.exit(0);
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    send({ type: "failed", name, message, stack: stack ?? message });
    Deno.exit(1);
  }
}

function send(message: StageMessage): void {
  const bytes = encodeMessage(message);
  for (let sent = 0; sent < bytes.length;) sent += Deno.stdout.writeSync(bytes.subarray(sent));
}

type AnyFactory = StageFactory<ParamsSchema, string, string>;

function findStage(module: Record<string, unknown>, name: string): AnyFactory {
  const exported = Object.values(module).filter((item): item is AnyFactory =>
    typeof item === "function" && (item as Partial<AnyFactory>).definition?.name === name
  );
  // The same stage may be exported under two names.
  const [found, ...others] = new Set(exported);
  if (found === undefined) {
    throw new Error(
      `Cannot run stage "${name}": its module does not export it, expected export default defineStage(...)`,
    );
  }
  if (others.length > 0) {
    throw new Error(
      `Cannot run stage "${name}": its module exports ${
        others.length + 1
      } stages of that name, expected a name ` +
        "for each",
    );
  }
  return found;
}

function createContext(job: StageJob, signal: AbortSignal, gauge: MemoryGauge): StageContext<object> {
  let lastProgress = -Infinity;
  const inputs = onlyDeclared("input", job.inputs);
  return {
    params: job.params,
    inputs,
    outputs: onlyDeclared("output", job.outputs),
    checkpoint: job.checkpoint,
    cores: job.cores,
    signal,
    input(name) {
      const path = inputs[name];
      if (typeof path === "string") return path;
      throw new TypeError(
        `Cannot read input "${name}" as one path: the pipeline passed a list, expected inputList()`,
      );
    },
    inputList: (name) => [inputs[name]].flat(),
    progress(done, total, details) {
      const now = performance.now();
      if (now - lastProgress < progressInterval && done < total) return;
      lastProgress = now;
      // A stage that computes without a pause starves the timer.
      gauge.look(now);
      send({ type: "progress", done, total, ...details });
    },
    log: (line) => send({ type: "log", line }),
  };
}

/**
 * The same paths by name, of which one that is not declared is an error: undefined would reach Deno, which only says that
 * an empty path is not allowed. In the prototype, so that the paths stay a plain object, as for a worker.
 */
function onlyDeclared<Paths extends object>(kind: "input" | "output", paths: Paths): Paths {
  return Object.setPrototypeOf(
    paths,
    new Proxy(Object.prototype, {
      get(prototype, name, receiver) {
        // JSON.stringify() and await look for these on any object.
        if (typeof name === "symbol" || name in prototype || name === "toJSON" || name === "then") {
          return Reflect.get(prototype, name, receiver);
        }
        throw new TypeError(
          `Cannot find ${kind} "${name}": the stage declares none, ${
            expectedNames(name, Object.keys(paths))
          }`,
        );
      },
    }),
  );
}
