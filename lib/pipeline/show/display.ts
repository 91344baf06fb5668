import { styleText } from "node:util";
import type { RunEvent } from "../history/events.ts";
import { writeAll } from "../base/files.ts";
import { fit, formatClock, formatSeconds } from "../base/format.ts";
import { describeProgress, liveLines } from "./live_lines.ts";
import { RunView, summaryOf } from "./run_view.ts";

/** Shows a run to someone. */
export interface Display {
  show(event: RunEvent): void;
  /** Leaves the screen tidy, however the run ended. */
  close(): void;
}

/** Where a display writes. */
export interface Screen {
  /** Shows a text, which has its line ends. */
  write(text: string): void;
  /** Columns; undefined if this is no terminal. */
  columns(): number | undefined;
}

/** Standard output. */
export const standardOutput: Screen = {
  write(text) {
    const bytes = new TextEncoder().encode(text);
    try {
      writeAll(Deno.stdout, bytes);
    } catch (error) {
      // The reader has left, as in `| head`: the run goes on for its results.
      if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
    }
  },
  columns: () => (Deno.stdout.isTerminal() ? Deno.consoleSize().columns : undefined),
};

/** The display that suits `screen`: lines in place on a terminal, plain lines elsewhere. */
export function createDisplay(screen: Screen, options: { json: boolean; verbose: boolean }): Display {
  if (options.json) return new JsonDisplay(screen);
  return screen.columns() === undefined
    ? new PlainDisplay(screen, options.verbose)
    : new TerminalDisplay(screen, options.verbose);
}

/** One event a line, as recorded. */
class JsonDisplay implements Display {
  constructor(readonly screen: Screen) {}

  show(event: RunEvent): void {
    this.screen.write(`${JSON.stringify(event)}\n`);
  }

  close(): void {}
}

/** Time between two progress lines of one stage in plain text, milliseconds. */
const plainInterval = 10_000;

/** A line when a stage starts and one when it is done; for logs and pipes. */
class PlainDisplay implements Display {
  readonly #view = new RunView();
  readonly #lastLine = new Map<string, number>();

  constructor(readonly screen: Screen, readonly verbose: boolean) {}

  show(event: RunEvent): void {
    this.#view.apply(event);
    for (const line of this.#linesFor(event)) this.screen.write(`${line}\n`);
  }

  close(): void {}

  #linesFor(event: RunEvent): string[] {
    switch (event.type) {
      case "stage-started":
        this.#lastLine.set(event.stage, event.at);
        return [`${event.stage}: ${event.resumes ? "goes on from its checkpoint" : "started"}`];
      case "stage-waiting":
        return [`${event.stage}: waiting for another run that makes it`];
      case "stage-progress": {
        const due = (this.#lastLine.get(event.stage) ?? 0) + plainInterval;
        const progress = this.#view.running().find(({ stage }) => stage === event.stage);
        if (event.at < due || progress === undefined) return [];
        this.#lastLine.set(event.stage, event.at);
        return [`${event.stage}: ${describeProgress(progress).filter((part) => part !== "").join(", ")}`];
      }
      default:
        return scrolledLines(event, this.#view, this.verbose).map(({ text }) => text);
    }
  }
}

/** Time between two redraws, milliseconds. */
const redrawInterval = 100;

/** Longest name column. */
const widestName = 44;

/** A line for each running stage with a bar, redrawn in place; what is over scrolls above. */
class TerminalDisplay implements Display {
  readonly #view = new RunView();
  readonly #timer: ReturnType<typeof setInterval>;
  #drawn = 0;

  constructor(readonly screen: Screen, readonly verbose: boolean) {
    this.#timer = setInterval(() => this.#draw([]), redrawInterval);
  }

  show(event: RunEvent): void {
    this.#view.apply(event);
    const lines = scrolledLines(event, this.#view, this.verbose, this.#nameWidth()).map(({ text, mark }) => {
      if (mark === undefined) return text;
      const [symbol, color] = marks[mark];
      return `${styleText(color, symbol, { validateStream: false })} ${text}`;
    });
    if (lines.length > 0) this.#draw(lines);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#draw([], true);
  }

  #nameWidth(): number {
    return Math.min(widestName, Math.max(8, ...this.#view.stages.map((stage) => [...stage].length)));
  }

  /** Prints `scrolled` above, and the running stages again below. */
  #draw(scrolled: string[], last = false): void {
    const columns = this.screen.columns() ?? 80;
    const below = last ? [] : this.#liveLines(columns);
    if (this.#drawn === 0 && below.length === 0 && scrolled.length === 0) return;
    const up = this.#drawn > 0 ? `\x1b[${this.#drawn}A` : "";
    this.screen.write(`${up}\r\x1b[J${[...scrolled, ...below].map((line) => `${line}\n`).join("")}`);
    this.#drawn = below.length;
  }

  #liveLines(columns: number): string[] {
    const running = this.#view.running();
    if (running.length === 0) return [];
    const now = Date.now();
    const lines = liveLines(running, this.#nameWidth(), columns, now);
    const { done, stages, startedAt } = this.#view;
    const footer = `  ${done} of ${stages.length} done · ${formatClock((now - startedAt) / 1000)}`;
    return [...lines, styleText("dim", fit(footer, columns - 1).trimEnd(), { validateStream: false })];
  }
}

const marks = {
  done: ["✓", "green"],
  failed: ["✗", "red"],
  warning: ["!", "yellow"],
} as const;

interface Line {
  readonly text: string;
  readonly mark?: keyof typeof marks;
}

/** What an event leaves on the screen for good. */
function scrolledLines(event: RunEvent, view: RunView, verbose: boolean, nameWidth?: number): Line[] {
  const named = (stage: string, rest: string) =>
    nameWidth === undefined ? `${stage}: ${rest}` : `${fit(stage, nameWidth)}  ${rest}`;
  switch (event.type) {
    case "stage-hit":
      return verbose ? [{ text: named(event.stage, "from the store"), mark: "done" }] : [];
    case "stage-finished": {
      const time = formatSeconds(event.seconds);
      return [{
        text: named(event.stage, nameWidth === undefined ? `done in ${time}` : time.padStart(8)),
        mark: "done",
      }];
    }
    case "stage-failed":
      return [
        { text: named(event.stage, "failed"), mark: "failed" },
        { text: `  ${event.error}` },
        ...(event.kept === undefined ? [] : [{ text: `  Its log is ${event.kept}/log.txt` }]),
        ...(event.resumable
          ? [{ text: "  The next run goes on from its checkpoint; --force begins anew" }]
          : []),
      ];
    case "stage-retried":
      return [{ text: named(event.stage, `tried again, since ${event.error}`), mark: "warning" }];
    case "stage-stopped":
      return [{ text: named(event.stage, "stopped"), mark: "warning" }];
    case "entry-damaged":
      return [{ text: named(event.stage, `made again, since ${event.reason}`), mark: "warning" }];
    case "publish-refused":
      return [{ text: `Did not publish ${event.path}: ${event.reason}`, mark: "warning" }];
    case "stage-log":
      return verbose ? [{ text: `  ${named(event.stage, event.line)}` }] : [];
    case "run-finished":
      return summaryOf(view, event).map((text) => ({ text }));
    default:
      return [];
  }
}
