import type { RunEvent } from "./events.ts";

/** How a stage of a run ended; "unfinished" where the engine was killed or is still at it. */
export type StageState = "ran" | "hit" | "failed" | "stopped" | "unfinished" | "not started";

/** A stage in a run, as its events tell. */
export interface StageHistory {
  readonly stage: string;
  readonly state: StageState;
  readonly key?: string;
  /** Milliseconds since 1970, of a stage that ran: of its last attempt, and of its end, however it came. */
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly cores?: number;
  /** The most memory that its process had resident, bytes: at its end, else as far as it was seen. */
  readonly peakMemory?: number;
  readonly error?: string;
  /** Project-relative folder with the log of a failure. */
  readonly kept?: string;
  /** Attempts after the first. */
  readonly retries: number;
}

/** A run from its start to its last event. */
export interface RunHistory {
  readonly start: Extract<RunEvent, { type: "run-started" }>;
  /** Undefined of a run that was killed or goes on. */
  readonly finish?: Extract<RunEvent, { type: "run-finished" }>;
  /** Time of the last event. */
  readonly endedAt: number;
  /** In the order of the pipeline. */
  readonly stages: readonly StageHistory[];
  readonly published: readonly string[];
  /** Files that were edited by hand and left as they are. */
  readonly refused: readonly string[];
}

/** Puts the events of one run together; undefined if there is no first one. */
export function readHistory(events: readonly RunEvent[]): RunHistory | undefined {
  const start = events[0];
  if (start?.type !== "run-started") return undefined;
  const endedAt = events.at(-1)!.at;
  const stages = new Map<string, Writable<StageHistory>>(
    start.stages.map((stage) => [stage, { stage, state: "not started", retries: 0 }]),
  );
  const published: string[] = [];
  const refused: string[] = [];
  let finish: RunHistory["finish"];
  for (const event of events) {
    if (event.type === "published") published.push(event.path);
    if (event.type === "publish-refused") refused.push(event.path);
    if (event.type === "run-finished") finish = event;
    const stage = "stage" in event ? stages.get(event.stage) : undefined;
    if (stage === undefined) continue;
    switch (event.type) {
      case "stage-hit":
        Object.assign(stage, { state: "hit", key: event.key });
        break;
      case "stage-started":
        Object.assign(stage, { state: "unfinished", key: event.key, startedAt: event.at, endedAt });
        stage.cores = event.cores;
        break;
      case "stage-finished":
        Object.assign(stage, { state: "ran", key: event.key, endedAt: event.at });
        stage.peakMemory = event.peakMemory ?? stage.peakMemory;
        break;
      case "stage-memory":
        stage.peakMemory = Math.max(stage.peakMemory ?? 0, event.memory);
        break;
      case "stage-failed":
        Object.assign(stage, { state: "failed", endedAt: event.at, error: event.error, kept: event.kept });
        break;
      case "stage-stopped":
        Object.assign(stage, { state: "stopped", endedAt: event.at });
        break;
      case "stage-retried":
        stage.retries++;
    }
  }
  return { start, finish, endedAt, stages: [...stages.values()], published, refused };
}

type Writable<Record> = { -readonly [Name in keyof Record]: Record[Name] };

/**
 * Lays stages that ran into as few rows as hold them without overlap, each into the first that is free: the rows look
 * like the slots of the run.
 */
export function layOut(stages: readonly StageHistory[]): StageHistory[][] {
  const timed = stages.filter(({ startedAt }) => startedAt !== undefined)
    .sort((a, b) => a.startedAt! - b.startedAt!);
  const rows: StageHistory[][] = [];
  for (const stage of timed) {
    const free = rows.find((row) => row.at(-1)!.endedAt! <= stage.startedAt!);
    if (free === undefined) rows.push([stage]);
    else free.push(stage);
  }
  return rows;
}
