/** Trains on the tiny world and ends itself, as by kill -9, after some steps: for the test of checkpoints. */
import { useBackend } from "../../../lib/tensor/mod.ts";
import { trainTiny } from "./tiny_training.ts";

const [checkpoint, steps] = Deno.args;
await useBackend("wasm");
await trainTiny({}, {
  checkpoint,
  onProgress: ({ step }) => {
    if (step === Number(steps)) Deno.kill(Deno.pid, "SIGKILL");
  },
});
