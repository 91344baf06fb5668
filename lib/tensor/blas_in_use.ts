import type { Blas } from "./backends/blas.ts";

let inUse: Blas | undefined;

/** Sets the BLAS that the active backend shares its memory with; undefined for backends without one. */
export function bindBlas(blas: Blas | undefined): void {
  if (inUse && inUse !== blas) inUse.close();
  inUse = blas;
}

/** The BLAS that reads and writes the active backend's tensors in place, if there is one. */
export function blasInUse(): Blas | undefined {
  return inUse;
}
