import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createRandom } from "../../../lib/random/mod.ts";
import { useBackend } from "../../../lib/tensor/mod.ts";
import { fit, type FitTask, ModelOptimizer, Parameters } from "./parts.ts";
import { fitTinyModel } from "./tiny_model.ts";

await useBackend("wasm");

async function inTempDir(body: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await body(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** A task whose score after each epoch is given, and whose one parameter counts the steps. */
function scriptedTask(scores: number[], losses: number[] = []): FitTask<number> & { now(): Promise<number> } {
  const parameters = new Parameters(createRandom(1));
  const table = parameters.table("count", 1, 1, 0);
  let validations = 0;
  return {
    parameters,
    optimizer: {
      apply: () => Promise.resolve(void table.weights[0]++),
      saveState: () => ({}),
      restoreState() {},
    } as unknown as ModelOptimizer,
    batches: () => [0, 1],
    gradients: (_, step) => Promise.resolve({ loss: losses[step] ?? 1, dense: [], rows: new Map() }),
    validate: () => Promise.resolve(scores[validations++]),
    now: async () => (await parameters.copy()).count.data[0],
  };
}

const stopping: [name: string, scores: number[], patience: number, epochs: number, best: number][] = [
  ["all epochs while the score rises", [0, 1, 2, 3], 1, 3, 3],
  ["ends when nothing became better for so many epochs", [0, 1, 5, 4, 4, 9], 2, 4, 2],
  ["an equal score is no better one", [0, 1, 1, 1, 9], 2, 3, 1],
  ["the start is kept where training only harms", [0, -1, -2, -3, -4], 3, 3, 0],
  ["a start without any score is left behind", [-Infinity, -1, -2], 1, 2, 1],
];
for (const [name, scores, patience, epochs, best] of stopping) {
  Deno.test(`early stopping: ${name}`, async () => {
    const task = scriptedTask(scores);
    const report = await fit(task, { epochs: scores.length - 1, patience });
    assert.equal(report.epochs.length, epochs);
    assert.deepEqual([report.best, report.score], [best, scores[best]]);
    assert.deepEqual(report.epochs.map(({ score }) => score), scores.slice(1, epochs + 1));
    assert.equal(await task.now(), 2 * best, "the parameters are those of the best epoch");
  });
}

Deno.test("the loss of an epoch is the mean over its steps", async () => {
  const { epochs } = await fit(scriptedTask([0, 1, 2], [1, 2, 3, 6]), { epochs: 2 });
  assert.deepEqual(epochs.map(({ loss }) => loss), [1.5, 4.5]);
});

Deno.test("training that goes astray is refused, not stored", async () => {
  await assert.rejects(fit(scriptedTask([0, 1], [1, NaN]), { epochs: 1 }), {
    name: "RangeError",
    message: /^Cannot train: the loss of step 1 is NaN, expected a finite number/,
  });
  await assert.rejects(fit(scriptedTask([0, NaN]), { epochs: 1 }), /the score after epoch 1 is NaN/);
  await assert.rejects(fit({ ...scriptedTask([0]), batches: () => [] }, { epochs: 1 }), /has no batches/);
});

Deno.test("progress is told after each step and each epoch", async () => {
  const told: number[][] = [];
  await fit(scriptedTask([0, 1, 2]), {
    epochs: 2,
    onProgress: ({ epoch, step, epochs }) => told.push([epoch, step, epochs.length]),
  });
  assert.deepEqual(told, [[1, 1, 0], [1, 2, 0], [1, 2, 1], [2, 3, 1], [2, 4, 1], [2, 4, 2]]);
});

Deno.test("stopped at any step and started again, training ends with the same parameters to the last bit", async () => {
  const undisturbed = await fitTinyModel({ epochs: 8 });
  assert.equal(undisturbed.report.epochs.length, 8);
  assert.ok(undisturbed.report.score > undisturbed.report.epochs[0].score, "something was learned");
  for (const stops of [[1], [4], [5, 6, 19, 31]]) {
    await inTempDir(async (dir) => {
      const checkpoint = join(dir, "not", "there", "yet");
      for (const stop of stops) {
        const controller = new AbortController();
        await assert.rejects(
          fitTinyModel({
            ...{ epochs: 8, checkpoint, identity: "tiny", signal: controller.signal },
            onProgress: ({ step }) => step === stop && controller.abort(),
          }),
          { name: "AbortError" },
        );
      }
      assert.deepEqual(await fitTinyModel({ epochs: 8, checkpoint, identity: "tiny" }), undisturbed);
      assert.deepEqual(
        await fitTinyModel({ epochs: 8, checkpoint, identity: "tiny" }),
        undisturbed,
        "once more changes nothing",
      );
    });
  }
});

Deno.test("killed by the system in the middle of an epoch, training goes on to the same parameters", async () => {
  await inTempDir(async (checkpoint) => {
    for (const step of [6, 19]) {
      const child = new Deno.Command(Deno.execPath(), {
        args: [
          ...[
            "run",
            "-A",
            fileURLToPath(new URL("fit_and_die.ts", import.meta.url)),
            checkpoint,
            String(step),
          ],
        ],
      });
      assert.equal((await child.output()).signal, "SIGKILL");
    }
    // What a process leaves that dies while it writes.
    await Deno.writeTextFile(join(checkpoint, "fit.safetensors.0.tmp"), "half");
    const continued = await fitTinyModel({ epochs: 8, checkpoint, identity: "tiny" });
    assert.deepEqual(continued, await fitTinyModel({ epochs: 8 }));
  });
});

Deno.test("a checkpoint of something else, or one that is not whole, is refused with its path", async () => {
  await inTempDir(async (checkpoint) => {
    await fitTinyModel({ epochs: 1, checkpoint, identity: "seed 1" });
    const path = join(checkpoint, "fit.safetensors");
    await assert.rejects(fitTinyModel({ epochs: 1, checkpoint, identity: "seed 2" }), {
      message: `Cannot continue training from ${path}: it is of another run (seed 1), expected seed 2`,
    });
    await Deno.truncate(path, 200);
    await assert.rejects(fitTinyModel({ epochs: 1, checkpoint, identity: "seed 1" }), (error: Error) => {
      assert.match(error.message, /^Cannot load checkpoint .*fit\.safetensors: /);
      return true;
    });
  });
});
