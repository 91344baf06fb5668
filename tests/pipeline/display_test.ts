import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import { createDisplay } from "../../lib/pipeline/show/display.ts";
import type { NewRunEvent, RunEvent } from "../../lib/pipeline/history/events.ts";
import { fit, formatBar, formatClock, formatRate, formatSeconds } from "../../lib/pipeline/base/format.ts";
import { liveLines } from "../../lib/pipeline/show/live_lines.ts";
import { RunView, type StageProgress } from "../../lib/pipeline/show/run_view.ts";

Deno.test("durations, rates and bars read well at every size", () => {
  const table: [string, string][] = [
    [formatSeconds(0.0384), "38 ms"],
    [formatSeconds(0.0997), "0.1 s"],
    [formatSeconds(12.34), "12.3 s"],
    [formatSeconds(59.97), "1:00"],
    [formatSeconds(3723), "1:02:03"],
    [formatClock(4.4), "0:04"],
    [formatClock(-1), "0:00"],
    [formatRate(1204.4, "rows"), "1,204 rows/s"],
    [formatRate(4.5, "epochs"), "4.5 epochs/s"],
    [formatRate(0.4, "epochs"), "2.5 s per epoch"],
    [formatRate(0, "rows"), ""],
    [formatBar(0, 4), "────"],
    [formatBar(0.625, 4), "━━╸─"],
    [formatBar(1, 4), "━━━━"],
    [formatBar(7, 4), "━━━━"],
    [fit("name", 6), "name  "],
    [fit("a long name", 6), "a lon…"],
  ];
  for (const [shown, expected] of table) assert.equal(shown, expected);
});

Deno.test("throughput and time left are measured from the events", () => {
  const view = new RunView();
  const events: RunEvent[] = [
    { at: 0, type: "stage-started", stage: "train", key: "k", cores: 1, gpus: [], resumes: false },
    { at: 1000, type: "stage-progress", stage: "train", done: 10, total: 100, unit: "rows" },
    { at: 2000, type: "stage-memory", stage: "train", memory: 3e8 },
    { at: 3000, type: "stage-progress", stage: "train", done: 50, total: 100, unit: "rows" },
  ];
  for (const event of events) view.apply(event);
  assert.deepEqual(view.running(), [{
    stage: "train",
    startedAt: 0,
    waiting: false,
    fraction: 0.5,
    rate: 20,
    left: 2.5,
    memory: 3e8,
    unit: "rows",
    note: "",
  }]);
  view.apply({ at: 3000, type: "stage-progress", stage: "train", done: 50, total: 100, rate: 5 });
  assert.deepEqual([view.running()[0].rate, view.running()[0].left], [5, 10], "the stage's own rate wins");
  view.apply({ at: 4000, type: "stage-progress", stage: "train", done: 0, total: 100 });
  assert.equal(view.running()[0].rate, undefined, "a second pass is measured anew");
});

const running: StageProgress[] = [
  {
    stage: "train a",
    startedAt: 0,
    waiting: false,
    fraction: 0.5,
    rate: 1204,
    left: 12,
    memory: 1.24e9,
    unit: "rows",
    note: "loss 0.4",
  },
  {
    stage: "train b",
    startedAt: 0,
    waiting: false,
    fraction: 0.05,
    rate: 9.5,
    left: 700,
    memory: 335e6,
    unit: "rows",
    note: "",
  },
  { stage: "tables", startedAt: 0, waiting: false, memory: 61e6, unit: "steps", note: "" },
  { stage: "prepare", startedAt: 0, waiting: true, unit: "steps", note: "" },
];

Deno.test("running stages are aligned in columns", () => {
  const lines = liveLines(running, 10, 100, 5000).map(stripVTControlCharacters);
  assert.deepEqual(lines, [
    "  train a     ━━━━━━━━━━━━────────────  50 %  1,204 rows/s   0:12 left  1.2 GB  loss 0.4",
    "  train b     ━───────────────────────   5 %    9.5 rows/s  11:40 left  335 MB",
    "  tables      running  0:05  61.0 MB",
    "  prepare     waiting for another run  0:05",
  ]);
});

Deno.test("a narrow terminal loses the note, then the throughput, then the memory, and no line is ever too long", () => {
  const at = (columns: number) => liveLines(running, 10, columns, 5000).map(stripVTControlCharacters);
  assert.match(at(66)[0], /^ {2}train a {5}━+╸?─+ {2}50 % {2}1,204 rows\/s {3}0:12 left {2}1\.2 GB$/);
  assert.match(at(53)[0], /^ {2}train a {5}━+╸?─+ {2}50 % {3}0:12 left {2}1\.2 GB$/);
  assert.match(at(45)[0], /^ {2}train a {5}━+╸?─+ {2}50 % {3}0:12 left$/);
  for (let columns = 38; columns < 140; columns++) {
    for (const line of at(columns)) assert.ok([...line].length < columns, `${columns} columns: ${line}`);
  }
});

function show(
  columns: number | undefined,
  options: { json?: boolean; verbose?: boolean },
  events: NewRunEvent[],
) {
  let text = "";
  const screen = { write: (part: string) => void (text += part), columns: () => columns };
  const display = createDisplay(screen, { json: false, verbose: false, ...options });
  try {
    events.forEach((event, i) => display.show({ at: i * 1000, ...event } as RunEvent));
  } finally {
    display.close();
  }
  return text;
}

const story: NewRunEvent[] = [
  {
    type: "run-started",
    run: "r",
    pipeline: "p",
    file: "p.ts",
    params: {},
    jobs: 1,
    stages: ["prepare", "train"],
  },
  { type: "stage-hit", stage: "prepare", key: "k" },
  { type: "stage-started", stage: "train", key: "l", cores: 1, gpus: [], resumes: false },
  {
    type: "stage-failed",
    stage: "train",
    key: "l",
    error: `Cannot run "train": no`,
    kept: ".pipeline/failed/l",
    resumable: true,
  },
  { type: "run-finished", state: "failed", ran: 0, hits: 1, failed: 1, unreached: 0, seconds: 1 },
];

Deno.test("a terminal ends with what happened: marks, the failure and where its log is", () => {
  const last = stripVTControlCharacters(show(80, {}, story));
  assert.match(
    last,
    /✗ train {5}failed\n {2}Cannot run "train": no\n {2}Its log is \.pipeline\/failed\/l\/log\.txt\n {2}The next run goes on from its checkpoint; --force begins anew\n/,
  );
  assert.match(last, /2 stages: 0 ran, 1 from the store, 1 failed \(1\.0 s\)\n/);
  assert.doesNotMatch(last, /prepare/, "hits are not listed");
  assert.match(stripVTControlCharacters(show(80, { verbose: true }, story)), /✓ prepare {3}from the store\n/);
});

Deno.test("plain text has a progress line at most every ten seconds", () => {
  const progress: NewRunEvent[] = Array.from({ length: 25 }, (_, i) => ({
    type: "stage-progress",
    stage: "train",
    done: i,
    total: 25,
    unit: "rows",
  }));
  const memory: NewRunEvent = { type: "stage-memory", stage: "train", memory: 335e6 };
  const lines = show(undefined, {}, [story[0], story[2], memory, ...progress]).trim().split("\n");
  assert.deepEqual(lines, [
    "train: started",
    "train: 32 %, 1.0 rows/s, 0:17 left, 335 MB",
    "train: 72 %, 1.0 rows/s, 0:07 left, 335 MB",
  ]);
});

Deno.test("--json prints every event as it is", () => {
  const lines = show(undefined, { json: true }, story).trim().split("\n");
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)),
    story.map((event, i) => ({ at: i * 1000, ...event })),
  );
});
