/** Shortest time between two looks at the memory, milliseconds: a look takes some 20 microseconds. */
const shortestInterval = 1000;

/** Between two looks passes at least this part of the time so far: a stage of days makes a few thousand. */
const leastWait = 1 / 1000;

/** A change by less than this part is not reported, and no growth. */
const noticeable = 0.05;

/** Watches the resident memory of this process: what it and its native libraries hold, without programs it starts. */
export class MemoryGauge {
  readonly #start = performance.now();
  readonly #inherited: number;
  readonly #report: (bytes: number) => void;
  #lookedAt: number;
  #reported = 0;
  #largest = 0;

  /**
   * @param inherited The most that the parent has held, bytes: Linux counts that among what a process that it starts
   *   has held.
   * @param report Called for a noticeable change.
   */
  constructor(inherited: number, report: (bytes: number) => void) {
    this.#inherited = inherited;
    this.#report = report;
    this.#lookedAt = this.#start;
  }

  /** Looks at the memory, unless it is too soon; `now` is on the clock of `performance.now()`. */
  look(now: number): void {
    if (now - this.#lookedAt < Math.max(shortestInterval, (now - this.#start) * leastWait)) return;
    this.#lookedAt = now;
    const { rss } = Deno.memoryUsage();
    this.#largest = Math.max(this.#largest, rss);
    if (Math.abs(rss - this.#reported) < noticeable * this.#reported) return;
    this.#reported = rss;
    this.#report(rss);
  }

  /** The most bytes held so far: as the system counted, else the most that was seen. */
  async peak(): Promise<number> {
    const seen = Math.max(this.#largest, Deno.memoryUsage().rss);
    // Node's process takes some 6 ms to load, much of a short stage. On Linux alone its unit is sure to be kibibytes.
    if (Deno.build.os !== "linux" || performance.now() - this.#start < shortestInterval) return seen;
    const { default: process } = await import("node:process");
    const counted = process.resourceUsage().maxRSS * 1024;
    return counted > this.#inherited * (1 + noticeable) ? Math.max(seen, counted) : seen;
  }
}
