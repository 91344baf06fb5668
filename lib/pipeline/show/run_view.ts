import type { RunEvent } from "../history/events.ts";
import { formatCount, formatNumber, formatSeconds } from "../base/format.ts";

/** How far a running stage is. */
export interface StageProgress {
  readonly stage: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly waiting: boolean;
  /** 0 to 1; undefined until the stage reports progress. */
  readonly fraction?: number;
  /** Units a second. */
  readonly rate?: number;
  /** Seconds. */
  readonly left?: number;
  /** Resident memory, bytes; undefined until the stage reports it. */
  readonly memory?: number;
  readonly unit: string;
  readonly note: string;
}

interface Running {
  startedAt: number;
  waiting: boolean;
  memory?: number;
  first?: { at: number; done: number };
  last?: Extract<RunEvent, { type: "stage-progress" }>;
}

/** What a display knows of a run: built from its events alone. */
export class RunView {
  stages: readonly string[] = [];
  startedAt = 0;
  /** Stages that are done, by running or from the store. */
  done = 0;
  /** Paths of the files that were published, by target. */
  readonly published = new Map<string, string[]>();
  readonly #running = new Map<string, Running>();

  /** Takes in one event. */
  apply(event: RunEvent): void {
    switch (event.type) {
      case "run-started":
        this.stages = event.stages;
        this.startedAt = event.at;
        break;
      case "stage-waiting":
        this.#running.set(event.stage, { startedAt: event.at, waiting: true });
        break;
      case "stage-started":
        this.#running.set(event.stage, { startedAt: event.at, waiting: false });
        break;
      case "stage-progress": {
        const running = this.#running.get(event.stage);
        if (running === undefined) break;
        // A stage that starts over, as for a second pass, is measured anew.
        if (running.first === undefined || event.done < (running.last?.done ?? 0)) {
          running.first = { at: event.at, done: event.done };
        }
        running.last = event;
        break;
      }
      case "stage-memory": {
        const running = this.#running.get(event.stage);
        if (running !== undefined) running.memory = event.memory;
        break;
      }
      case "stage-hit":
      case "stage-finished":
        this.done++;
        this.#running.delete(event.stage);
        break;
      case "stage-failed":
      case "stage-stopped":
        this.#running.delete(event.stage);
        break;
      case "published":
        this.published.set(event.target, [...this.published.get(event.target) ?? [], event.path]);
    }
  }

  /** The stages that run now, in the order of their start. */
  running(): StageProgress[] {
    return [...this.#running].map(([stage, running]) => progressOf(stage, running));
  }
}

function progressOf(stage: string, { startedAt, waiting, memory, first, last }: Running): StageProgress {
  const unit = last?.unit ?? "steps";
  const note = last?.note ?? "";
  if (last === undefined || first === undefined) return { stage, startedAt, waiting, memory, unit, note };
  const seconds = (last.at - first.at) / 1000;
  const rate = last.rate ?? (seconds > 0 ? (last.done - first.done) / seconds : undefined);
  const left = rate !== undefined && rate > 0 ? (last.total - last.done) / rate : undefined;
  return {
    stage,
    startedAt,
    waiting,
    fraction: last.total > 0 ? last.done / last.total : 1,
    rate,
    left,
    memory,
    unit,
    note,
  };
}

/** The lines that end every run: what was done, how long it took, what was published. */
export function summaryOf(view: RunView, event: Extract<RunEvent, { type: "run-finished" }>): string[] {
  const { state, ran, hits, failed, unreached, seconds } = event;
  const time = formatSeconds(seconds);
  const published = [...view.published].map(([target, paths]) =>
    paths[0] === target
      ? `published ${target}`
      : `published ${target.replace(/\/$/, "")}/ (${formatCount(paths.length, "file")})`
  );
  if (state === "succeeded" && ran === 0) {
    return [...published, `${formatCount(hits, "stage")} up to date (${time})`];
  }
  const stopped = view.stages.length - ran - hits - failed - unreached;
  const parts = [
    `${formatNumber(ran)} ran`,
    `${formatNumber(hits)} from the store`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(stopped > 0 ? [`${stopped} stopped`] : []),
    ...(unreached > 0 ? [`${formatNumber(unreached)} not started`] : []),
  ];
  return [...published, `${formatCount(view.stages.length, "stage")}: ${parts.join(", ")} (${time})`];
}
