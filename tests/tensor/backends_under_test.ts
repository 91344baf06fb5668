import { type ActiveBackend, type BackendName, inspectBackends, useBackend } from "../../lib/tensor/mod.ts";

// Without it, Vulkan's loader prints a line for each adapter.
if (!Deno.env.has("XDG_RUNTIME_DIR")) Deno.env.set("XDG_RUNTIME_DIR", Deno.env.get("TMPDIR") ?? "/tmp");

const blas = Deno.env.get("EQUIPOISE_BLAS");
const reports = await inspectBackends({ blas });

/** Registers a test once for each backend; those that this machine lacks are reported as ignored. */
export function testOnBackends(
  name: string,
  body: (backend: ActiveBackend) => Promise<void> | void,
  backends: readonly BackendName[] = ["native", "wasm", "cpu", "webgpu"],
): void {
  for (const backend of backends) {
    const report = reports.find((report) => report.name === backend)!;
    Deno.test({
      name: `${name} [${backend}${report.available ? "" : `: ${report.detail.split(",")[0]}`}]`,
      ignore: !report.available,
      // The backends keep their devices and libraries open from one test to the next.
      sanitizeResources: false,
      sanitizeOps: false,
      fn: async () => await body(await start(backend)),
    });
  }
}

const start = (backend: BackendName) => useBackend(backend, { blas, threads: 2 });

/** What a computation gives on the backend under test, which is active, and on the cpu backend. */
export async function besideCpu<T>(
  backend: ActiveBackend,
  compute: () => Promise<T>,
): Promise<{ found: T; expected: T }> {
  const found = await compute();
  await useBackend("cpu");
  const expected = await compute();
  await start(backend.name);
  return { found, expected };
}

/** Asserts that two arrays agree within a tolerance relative to the largest expected magnitude. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what = "",
): void {
  if (actual.length !== expected.length) {
    throw new Error(`${what}: ${actual.length} values, expected ${expected.length}`);
  }
  const scale = Math.max(1e-30, ...Array.from(expected, Math.abs));
  for (let i = 0; i < expected.length; i++) {
    if (!(Math.abs(actual[i] - expected[i]) <= tolerance * scale)) {
      throw new Error(`${what}[${i}] is ${actual[i]}, expected ${expected[i]} within ${tolerance * scale}`);
    }
  }
}
