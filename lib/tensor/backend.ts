/** The tensor backends, best first, and how one is chosen. */
import * as tf from "@tensorflow/tfjs-core";
// For its side effect alone: it registers the gradients of all operations, which tfjs-core leaves out.
import "@tensorflow/tfjs-layers";
import { type Blas, blasInstallHint, openBlas } from "./backends/blas.ts";
import { registerNativeProducts } from "./backends/native.ts";
import { findTensorflow, startTensorflow, tensorflowInstallHint } from "./backends/tensorflow.ts";
import { registerWasmProducts, startWasm } from "./backends/wasm.ts";
import { findGpu, startWebGpu } from "./backends/webgpu.ts";
import { bindBlas } from "./blas_in_use.ts";

/** Best first; `auto` takes the first that is there and is no software GPU. */
export const backendNames = ["tensorflow", "webgpu", "native", "wasm", "cpu"] as const;
export type BackendName = typeof backendNames[number];
export const backendRequests = ["auto", ...backendNames] as const;
export type BackendRequest = typeof backendRequests[number];

export interface BackendOptions {
  /** BLAS threads of `native`; all cores if absent. */
  threads?: number;
  /** A BLAS to use instead of the usual ones: a file, or a name for the dynamic linker. */
  blas?: string;
}

/** What one backend would need, and whether it is there. */
export interface BackendReport {
  readonly name: BackendName;
  readonly available: boolean;
  /** What was found, or why it is not available. */
  readonly detail: string;
  /** What to install, where that would help. */
  readonly install?: string;
  /** True where it works, but only emulated: `auto` passes it over. */
  readonly software?: boolean;
}

/** The backend in use, as recorded with every result. */
export interface ActiveBackend {
  readonly name: BackendName;
  readonly threads: number;
  /** The BLAS library and its version, of `native` alone. */
  readonly blas?: { readonly library: string; readonly version: string };
  /** The GPU adapter, of `webgpu` alone. */
  readonly adapter?: string;
}

/** Looks at what each backend needs, without starting any. */
export async function inspectBackends(options: BackendOptions = {}): Promise<BackendReport[]> {
  return await Promise.all(backendNames.map((name) => inspectBackend(name, options)));
}

/** The name of the backend that a request comes to on this machine. */
export async function resolveBackend(
  request: BackendRequest,
  options: BackendOptions = {},
): Promise<BackendName> {
  if (request !== "auto") return request;
  for (const name of backendNames) {
    if (name === "webgpu" && !await mayHaveGpu()) continue;
    const report = await inspectBackend(name, options);
    if (report.available && !report.software) return name;
  }
  return "cpu";
}

/**
 * Starts a backend and makes it TensorFlow.js' current one.
 *
 * @throws {Error} If it is not available, with the reason and what to install.
 */
export async function useBackend(
  request: BackendRequest,
  options: BackendOptions = {},
): Promise<ActiveBackend> {
  const name = await resolveBackend(request, options);
  const report = await inspectBackend(name, options);
  if (!report.available) {
    const mend = report.install ? `; install ${report.install}` : "";
    throw new Error(`Cannot use the ${name} backend: ${report.detail}, expected it to be available${mend}`);
  }
  return await start[name](options);
}

/** One line for people: backend, BLAS and threads. */
export function describeBackend(backend: ActiveBackend): string {
  const engine = backend.blas?.version ?? backend.adapter;
  const threads = `${backend.threads} ${backend.threads === 1 ? "thread" : "threads"}`;
  return [backend.name, engine, threads].filter(Boolean).join(", ");
}

const start: Record<BackendName, (options: BackendOptions) => Promise<ActiveBackend>> = {
  async tensorflow() {
    await startTensorflow(findTensorflow()!);
    bindBlas(undefined);
    return { name: "tensorflow", threads: navigator.hardwareConcurrency };
  },
  async webgpu() {
    await startWebGpu();
    bindBlas(undefined);
    const gpu = await findGpu();
    return { name: "webgpu", threads: 1, adapter: "name" in gpu ? gpu.name : undefined };
  },
  async native({ blas: library, threads }) {
    await startWasm();
    const blas = openBlas({ library, threads: threads ?? navigator.hardwareConcurrency });
    registerNativeProducts(blas);
    bindBlas(blas);
    return { name: "native", threads: blas.threads, blas: { library: blas.library, version: blas.version } };
  },
  async wasm() {
    await startWasm();
    registerWasmProducts();
    bindBlas(undefined);
    return { name: "wasm", threads: 1 };
  },
  async cpu() {
    await import("@tensorflow/tfjs-backend-cpu");
    await tf.setBackend("cpu");
    await tf.ready();
    // Else its first operation prints an advertisement.
    (tf.backend() as unknown as { firstUse: boolean }).firstUse = false;
    bindBlas(undefined);
    return { name: "cpu", threads: 1 };
  },
};

/** Looks at what one backend needs, without starting it. */
export async function inspectBackend(
  name: BackendName,
  options: BackendOptions = {},
): Promise<BackendReport> {
  switch (name) {
    case "tensorflow": {
      const found = findTensorflow();
      if (found) return { name, available: true, detail: found };
      return {
        name,
        available: false,
        detail: "no tfjs-node package is installed",
        install: tensorflowInstallHint,
      };
    }
    case "webgpu": {
      const gpu = await findGpu();
      if ("reason" in gpu) {
        return {
          name,
          available: false,
          detail: gpu.reason,
          install: "a GPU driver, or mesa-vulkan-drivers to test",
        };
      }
      const detail = gpu.software ? `${gpu.name}: a software GPU, slower than the CPU backends` : gpu.name;
      return { name, available: true, detail, software: gpu.software };
    }
    case "native":
      try {
        const blas: Blas = openBlas({ library: options.blas });
        const detail = `${blas.library}: ${blas.version}`;
        blas.close();
        return { name, available: true, detail };
      } catch (error) {
        // A missing permission is the caller's to mend, not the machine's.
        if (error instanceof Deno.errors.NotCapable) throw error;
        return { name, available: false, detail: (error as Error).message, install: blasInstallHint() };
      }
    case "wasm":
      return { name, available: true, detail: "WebAssembly SIMD, part of the project" };
    case "cpu":
      return { name, available: true, detail: "plain JavaScript, the reference in tests" };
  }
}

/** Asking Vulkan for adapters takes a while and prints warnings, so first see whether there is any GPU at all. */
async function mayHaveGpu(): Promise<boolean> {
  if (Deno.build.os !== "linux") return true;
  for (const device of ["/dev/dri/renderD128", "/dev/nvidia0", "/dev/kfd", "/dev/dxg"]) {
    try {
      await Deno.stat(device);
      return true;
    } catch {
      continue;
    }
  }
  return false;
}
