/** How stages that train start their backend. */
import * as v from "valibot";
import { backendNames, useBackend } from "../../lib/tensor/mod.ts";

/** Environment that chooses the BLAS and its kernels, and with them the last bits of the results. */
export const blasEnvironment = ["EQUIPOISE_BLAS", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"] as const;

export const trainingPermissions = { ffi: true, sys: true } as const;

/** A backend by name: `auto` is resolved by the pipeline, since the results depend on it. */
export const backendParam = v.optional(v.picklist(backendNames), "wasm");

/** Starts the backend with as many threads as the stage was granted. */
export async function startBackend(ctx: { params: { backend: typeof backendNames[number] }; cores: number }) {
  return await useBackend(ctx.params.backend, {
    threads: ctx.cores,
    blas: Deno.env.get("EQUIPOISE_BLAS") || undefined,
  });
}
