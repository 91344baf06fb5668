import { styleText } from "node:util";
import { fit, formatBar, formatBytes, formatClock, formatRate } from "../base/format.ts";
import type { StageProgress } from "./run_view.ts";

/** Percent, throughput, time left, memory and note of a stage; empty texts for what is not known. */
export function describeProgress({ fraction, rate, left, memory, unit, note }: StageProgress): string[] {
  return [
    fraction === undefined ? "" : `${Math.floor(fraction * 100)} %`,
    rate === undefined ? "" : formatRate(rate, unit),
    left === undefined ? "" : `${formatClock(left)} left`,
    memory === undefined ? "" : formatBytes(memory),
    note,
  ];
}

const widestBar = 24;
const narrowestBar = 8;

/**
 * One line for each running stage: name, bar, percent, throughput, time left, memory, note, each a column as wide
 * as its widest entry. Where the terminal is narrow the bar shrinks, then the note goes, then the throughput, then the
 * memory.
 *
 * @param nameWidth Columns for the names.
 * @param columns Columns of the terminal.
 * @param now Milliseconds since 1970.
 */
export function liveLines(
  running: readonly StageProgress[],
  nameWidth: number,
  columns: number,
  now: number,
): string[] {
  const details = running.map(describeProgress);
  const withBar = details.filter((_, row) => running[row].fraction !== undefined);
  const widths = [0, 1, 2, 3, 4].map((i) => Math.max(0, ...withBar.map((texts) => [...texts[i]].length)));
  const names = Math.min(nameWidth, Math.max(8, columns - 30));
  // The last column stays free: a full line would make some terminals wrap.
  const room = columns - 1 - (names + 4) - narrowestBar;
  const spaceOf = (kept: readonly number[]) =>
    kept.reduce((sum, i) => sum + (widths[i] > 0 ? widths[i] + 2 : 0), 0);
  const kept = [[0, 1, 2, 3, 4], [0, 1, 2, 3], [0, 2, 3], [0, 2]].find((choice) => spaceOf(choice) <= room) ??
    [0];
  const barWidth = Math.min(widestBar, narrowestBar + Math.max(0, room - spaceOf(kept)));
  return running.map((progress, row) => {
    const name = `  ${fit(progress.stage, names)}  `;
    if (progress.fraction === undefined) {
      const state = progress.waiting ? "waiting for another run" : "running";
      const elapsed = formatClock((now - progress.startedAt) / 1000);
      const text = [state, elapsed, details[row][3]].filter((part) => part !== "").join("  ");
      return `${name}${fit(text, columns - 1 - [...name].length).trimEnd()}`;
    }
    const texts = kept.filter((i) => widths[i] > 0).map((i) => {
      const text = details[row][i];
      return i === 4 ? text : text.padStart(widths[i]);
    });
    return `${name}${coloredBar(progress.fraction, barWidth)}  ${texts.join("  ")}`.trimEnd();
  });
}

function coloredBar(fraction: number, width: number): string {
  const bar = formatBar(fraction, width);
  const split = bar.indexOf("─") < 0 ? width : bar.indexOf("─");
  const filled = styleText("cyan", bar.slice(0, split), { validateStream: false });
  return filled + styleText("dim", bar.slice(split), { validateStream: false });
}
