import assert from "node:assert/strict";
import { killAt, spread } from "./torture.ts";

Deno.test("killed with -9 at ten points of a run, the engine serves nothing wrong and the next run finishes", async () => {
  const points = await spread(12);
  let killed = 0;
  for (const point of points.slice(0, 10)) if (await killAt(point)) killed++;
  assert.ok(killed >= 7, `the engine was over before it was killed at ${10 - killed} of 10 points`);
});
