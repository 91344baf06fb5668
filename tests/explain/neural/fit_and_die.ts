/** Trains the tiny model and ends itself, as by kill -9, in the middle of an epoch: for the test of checkpoints. */
import { useBackend } from "../../../lib/tensor/mod.ts";
import { fitTinyModel } from "./tiny_model.ts";

const [checkpoint, step] = Deno.args;
await useBackend("wasm");
await fitTinyModel({
  ...{ epochs: 8, checkpoint, identity: "tiny" },
  onProgress: (progress) => {
    if (progress.step === Number(step)) Deno.kill(Deno.pid, "SIGKILL");
  },
});
