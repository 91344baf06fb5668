/** `tensorflow`: TensorFlow's C library through `tfjs-node-gpu` or `tfjs-node`, where the user installed one. */
import { createRequire } from "node:module";
import nodeUtil from "node:util";
import * as tf from "@tensorflow/tfjs-core";

// They download their native library when installed, so they are no dependency of this project.
const packages = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"] as const;

export const tensorflowInstallHint =
  "npm install --no-save @tensorflow/tfjs-node-gpu@4.22.0 (or tfjs-node@4.22.0)";

/** The installed package, or undefined. */
export function findTensorflow(): string | undefined {
  const require = createRequire(import.meta.url);
  return packages.find((name) => {
    try {
      require.resolve(name);
      return true;
    } catch {
      return false;
    }
  });
}

/** Starts the TensorFlow backend from an installed package. */
export async function startTensorflow(packageName: string): Promise<void> {
  // The packages call a function that Deno's node:util no longer has.
  const util = nodeUtil as unknown as Record<string, unknown>;
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  createRequire(import.meta.url)(packageName);
  await tf.setBackend("tensorflow");
  await tf.ready();
}
