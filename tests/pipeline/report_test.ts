import assert from "node:assert/strict";
import type { RunEvent } from "../../lib/pipeline/history/events.ts";
import { layOut, readHistory } from "../../lib/pipeline/history/run_history.ts";
import { markup } from "../../lib/pipeline/show/html.ts";
import { pageTest } from "../browser.ts";
import { pipelineText, stageText, TempProject } from "./temp_project.ts";

Deno.test("what is put into markup is escaped, lists are joined, and nothing leaves nothing", () => {
  const list = ["a", 1].map((item) => markup`<li>${item}</li>`);
  assert.equal(
    markup`<p title="${`"<&'`}">${list}${undefined}${false}</p>`.text,
    `<p title="&#34;&#60;&#38;&#39;"><li>a</li><li>1</li></p>`,
  );
});

const started: RunEvent = {
  type: "run-started",
  at: 1000,
  run: "r",
  pipeline: "p",
  file: "p.ts",
  params: {},
  jobs: 2,
  stages: ["a", "b", "c", "d", "e"],
};

/** Events of a run: [seconds, type, stage]. */
function eventsOf(
  ...told: [number, "stage-hit" | "stage-started" | "stage-finished" | "stage-stopped", string][]
) {
  return [
    started,
    ...told.map(([seconds, type, stage]) =>
      ({
        at: 1000 + 1000 * seconds,
        type,
        stage,
        key: stage,
        cores: 1,
        outputs: {},
        seconds: 1,
      }) as unknown as RunEvent
    ),
  ];
}

Deno.test("a history has every stage with its end, also of a run that was killed", () => {
  const history = readHistory(eventsOf(
    [0, "stage-hit", "a"],
    [1, "stage-started", "b"],
    [2, "stage-started", "c"],
    [3, "stage-finished", "b"],
    [4, "stage-started", "d"],
    [5, "stage-stopped", "d"],
  ))!;
  assert.equal(history.finish, undefined);
  assert.deepEqual(
    history.stages.map(({ stage, state, startedAt, endedAt }) => [stage, state, startedAt, endedAt]),
    [
      ["a", "hit", undefined, undefined],
      ["b", "ran", 2000, 4000],
      ["c", "unfinished", 3000, 6000],
      ["d", "stopped", 5000, 6000],
      ["e", "not started", undefined, undefined],
    ],
  );
  // d begins when b is over and takes its row.
  assert.deepEqual(layOut(history.stages).map((row) => row.map(({ stage }) => stage)), [["b", "d"], ["c"]]);
  assert.equal(readHistory([]), undefined);
});

/** A run with a stage from the store, three that take a while, one that fails, and one that is not reached. */
async function reportedProject(): Promise<TempProject> {
  const project = new TempProject({
    "stages/wait.ts": stageText(
      "wait",
      `params: v.object({ seconds: v.number() }), inputs: ["after"], outputs: ["out.txt"]`,
      `await new Promise((resolve) => setTimeout(resolve, 1000 * ctx.params.seconds));
       if (ctx.params.seconds === 0.2) throw new Error("it has <no> data");
       Deno.writeTextFileSync(ctx.outputs["out.txt"], "");`,
    ),
    "pipeline.ts": pipelineText(
      ["wait"],
      `const one = (label, seconds, after = []) => wait({ label, params: { seconds }, inputs: { after } });
       const first = one("<first>", 0.1);
       const middle = [0.3, 0.4].map((seconds) => one("of " + seconds, seconds, first.outputs["out.txt"]));
       const bad = one("bad", 0.2, middle.map((stage) => stage.outputs["out.txt"]));
       return [one("last", 0.5, bad.outputs["out.txt"])];`,
    ),
  });
  await project.run(["--until", "wait <first>"]);
  await project.run(["-j", "2"]);
  return project;
}

pageTest(
  "the page of a run shows what ran when, what failed and why, on wide and narrow screens",
  async (page) => {
    using project = await reportedProject();
    const { stdout, code } = await project.command(["report"]);
    assert.deepEqual([code, /^Wrote (.+)\n$/.exec(stdout)?.[1]], [0, `${runFolder(project)}/report.html`]);
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("console", (message) => problems.push(message.text()));
    await page.goto(`file://${project.path(`${runFolder(project)}/report.html`)}`);
    assert.match(await page.title(), /^test, \d{4}-\d\d-\d\d \d\d:\d\d$/);
    assert.match(
      await page.locator("header").innerText(),
      /^test\n+Failed in .+ · 5 stages: 2 ran, 1 from the store, 1 failed, 1 not started\n+pipeline\.ts · /,
    );
    assert.match(
      await page.locator("pre.error").innerText(),
      /^Cannot run "wait bad": it has <no> data\nIts log is \.pipeline\/failed\/[0-9a-f]{64}\/log\.txt$/,
    );
    const stages = page.locator("section", { hasText: "began at" }).locator("tbody tr");
    assert.deepEqual(
      (await stages.allInnerTexts()).map((row) => row.split("\t").slice(0, 2)),
      [
        ["wait <first>", "from the store"],
        ["wait of 0.3", "ran"],
        ["wait of 0.4", "ran"],
        ["wait bad", "failed"],
        ["wait last", "not started"],
      ],
    );
    for (const width of [1200, 400]) {
      for (const colorScheme of ["light", "dark"] as const) {
        await page.setViewportSize({ width, height: 800 });
        await page.emulateMedia({ colorScheme });
        assert.ok(
          await page.evaluate("document.documentElement.scrollWidth") as number <= width,
          `wider than a window of ${width} pixels`,
        );
        const frame = (await page.locator(".timeline").boundingBox())!;
        const bars = await page.locator(".bar").all();
        assert.equal(bars.length, 3);
        for (const bar of bars) {
          const box = (await bar.boundingBox())!;
          assert.ok(box.width >= 2 && box.x >= frame.x && box.x + box.width <= frame.x + frame.width + 2);
          assert.ok(box.y >= frame.y && box.y + box.height <= frame.y + frame.height + 1);
        }
      }
    }
    // Two run side by side, the one that fails after them.
    const places = await page.locator(".bar").evaluateAll((bars) =>
      bars.map((
        bar,
      ) => [bar.getAttribute("title")!.split(":")[0], bar.parentElement!.offsetTop, bar.offsetLeft])
    ) as [string, number, number][];
    const at = new Map(places.map(([name, top, left]) => [name, { top, left }]));
    assert.notEqual(at.get("wait of 0.3")!.top, at.get("wait of 0.4")!.top);
    assert.ok(at.get("wait bad")!.left > Math.max(at.get("wait of 0.3")!.left, at.get("wait of 0.4")!.left));
    assert.deepEqual(problems, []);
  },
);

function runFolder(project: TempProject): string {
  return `.pipeline/runs/${project.list(".pipeline/runs").at(-1)}`;
}

Deno.test("report takes a run or a pipeline file, and writes where it is told to", async () => {
  using project = await reportedProject();
  for (const args of [[], ["latest"], ["pipeline.ts"]]) {
    const { stdout, code } = await project.command(["report", ...args, "-o", "page.html"]);
    assert.deepEqual([stdout, code], ["Wrote page.html\n", 0]);
    assert.match(project.read("page.html"), /5 stages: 2 ran, 1 from the store/);
  }
  await project.command(["report", "latest~1", "-o", "page.html"]);
  assert.match(project.read("page.html"), /1 stage: 1 ran/);
  assert.match((await project.command(["report", "1999"])).stderr, /^Cannot find run "1999": there is none/);
});
