/** `webgpu`: TensorFlow.js' WebGPU backend over Deno's own `navigator.gpu`. */
import * as tf from "@tensorflow/tfjs-core";

export interface GpuAdapter {
  /** The adapter's name, such as "llvmpipe". */
  readonly name: string;
  /** True for a GPU that is emulated on the CPU. */
  readonly software: boolean;
}

/** The WebGPU adapter that Deno offers, or a reason why there is none. */
export async function findGpu(): Promise<GpuAdapter | { reason: string }> {
  if (!navigator.gpu) return { reason: "this Deno has no navigator.gpu" };
  try {
    const adapter = await navigator.gpu.requestAdapter();
    if (!adapter) return { reason: "no Vulkan, Metal or Direct3D 12 adapter was found" };
    const info = adapter.info as GPUAdapterInfo & { isFallbackAdapter?: boolean };
    const name = info.description || info.device || info.vendor || "unnamed adapter";
    return { name, software: info.isFallbackAdapter ?? /llvmpipe|swiftshader|lavapipe/i.test(name) };
  } catch (error) {
    return { reason: `requesting an adapter failed: ${(error as Error).message}` };
  }
}

/** Starts the WebGPU backend. */
export async function startWebGpu(): Promise<void> {
  await import("@tensorflow/tfjs-backend-webgpu");
  await tf.setBackend("webgpu");
  await tf.ready();
}
