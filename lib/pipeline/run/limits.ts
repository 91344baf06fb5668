import { namesIn } from "../base/files.ts";
import { formatBytes, formatCount } from "../base/format.ts";
import { parseBytes, type Resources } from "../define/resources.ts";

/** What the stages of a run have between them. */
export interface Limits {
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
  /** Numbers of GPUs, or the ids by which CUDA_VISIBLE_DEVICES names them. */
  readonly gpus: readonly string[];
}

/** The bytes of memory that this machine has. */
export function machineMemory(): number {
  return Deno.systemMemoryInfo().total;
}

/** The GPUs that this process may use: those in CUDA_VISIBLE_DEVICES, or if that is not set the devices there are. */
export function visibleGpus(): string[] {
  const visible = Deno.env.get("CUDA_VISIBLE_DEVICES");
  if (visible === undefined) {
    // CUDA counts what it can reach from 0, whatever the devices are called.
    return namesIn("/dev").filter((name) => /^nvidia\d+$/.test(name)).map((_, i) => String(i));
  }
  const names = visible.split(",").map((name) => name.trim());
  // CUDA reads up to the first that is none, such as -1.
  const end = names.findIndex((name) => !/^(\d+|(GPU|MIG)-\S+)$/.test(name));
  return end < 0 ? names : names.slice(0, end);
}

/**
 * The GPUs of a run that is to use `count` of them.
 *
 * @throws {RangeError} If CUDA_VISIBLE_DEVICES names fewer.
 */
export function gpusToUse(count: number | undefined): string[] {
  if (count === undefined) return visibleGpus();
  if (Deno.env.get("CUDA_VISIBLE_DEVICES") === undefined) {
    return Array.from({ length: count }, (_, i) => String(i));
  }
  const visible = visibleGpus();
  if (count <= visible.length) return visible.slice(0, count);
  throw new RangeError(
    `Cannot use ${
      formatCount(count, "GPU")
    }: CUDA_VISIBLE_DEVICES names ${visible.length}, expected --gpus to be at most that`,
  );
}

/** What a stage asks for that is more than there is. */
export interface Shortage {
  /** "it asks for 2 GPUs and there are 0". */
  readonly problem: string;
  /** The option of a run that says that there is as much: "--gpus 2". */
  readonly option: string;
}

/**
 * The shortage of a stage, if it has one. Cores are no matter: with fewer it takes longer, whereas without the memory or
 * the GPUs it fails.
 */
export function shortageOf({ memory, gpus }: Resources, limits: Limits): Shortage | undefined {
  if (memory > limits.memory) {
    const [asked, present] = [memory, limits.memory].map(formatBytes);
    return {
      problem: `it asks for ${asked} of memory and there are ${present}`,
      option: `--memory ${parseBytes(asked) === memory ? `"${asked}"` : memory}`,
    };
  }
  if (gpus > limits.gpus.length) {
    const present = limits.gpus.length;
    return {
      problem: `it asks for ${formatCount(gpus, "GPU")} and there ${present === 1 ? "is" : "are"} ${present}`,
      option: `--gpus ${gpus}`,
    };
  }
  return undefined;
}
