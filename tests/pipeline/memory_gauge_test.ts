import assert from "node:assert/strict";
import process from "node:process";
import { MemoryGauge } from "../../lib/pipeline/run/memory_gauge.ts";

/** Looks every half second for `seconds` at memory that is `rss(second)`; gives what is reported, and when. */
function reports(seconds: number, rss: (second: number) => number): { second: number; memory: number }[] {
  const original = Deno.memoryUsage;
  const reported: { second: number; memory: number }[] = [];
  let second = 0;
  Deno.memoryUsage = () => ({ ...original(), rss: rss(second) });
  try {
    const start = Math.ceil(performance.now());
    const gauge = new MemoryGauge(0, (memory) => reported.push({ second, memory }));
    for (second = 0; second <= seconds; second += 0.5) gauge.look(start + second * 1000 + 1);
  } finally {
    Deno.memoryUsage = original;
  }
  return reported;
}

Deno.test("memory is reported after a second, and again once it has changed noticeably", () => {
  const steps = [100e6, 100e6, 103e6, 104e6, 106e6, 106e6, 80e6];
  assert.deepEqual(reports(6, (second) => steps[Math.floor(second)]), [
    { second: 1, memory: 100e6 },
    { second: 4, memory: 106e6 },
    { second: 6, memory: 80e6 },
  ]);
});

Deno.test("memory that goes up and down for days is reported a few thousand times", () => {
  const day = 24 * 60 * 60;
  const reported = reports(2 * day, (second) => (Math.floor(second * 2) % 2 === 0 ? 1e9 : 2e9));
  assert.ok(reported.length < 8000, `${reported.length} reports`);
  assert.ok(reported.at(-1)!.second > 2 * day - 600, "and still in the last minutes");
});

Deno.test({
  name: "the peak is what the system counted, unless that may have been the parent's",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const [own, behindLarge] = [0, 1e15].map((inherited) => new MemoryGauge(inherited, () => {}));
    await new Promise((resolve) => setTimeout(resolve, 1010));
    const counted = process.resourceUsage().maxRSS * 1024;
    assert.ok(await own.peak() >= counted);
    const { rss } = Deno.memoryUsage();
    assert.ok(Math.abs(await behindLarge.peak() / rss - 1) < 0.2, "what it holds now");
  },
});
