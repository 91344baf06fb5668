import { expectedNames } from "../../text/mod.ts";

/** What an instance of a stage asks for while it runs. None of it enters the key. */
export interface ResourceOptions {
  /** Cores to reserve (default 1), at most those of the run; "all" runs alone. */
  readonly cores?: number | "all";
  /** Memory to reserve: bytes, or a text such as "2 GB" or "512 MiB" (default: none). */
  readonly memory?: number | string;
  /** GPUs of its own (default 0): it finds their numbers in CUDA_VISIBLE_DEVICES. */
  readonly gpus?: number;
}

/** The same with its defaults, memory in bytes. */
export interface Resources {
  readonly cores: number | "all";
  readonly memory: number;
  readonly gpus: number;
}

/** Shared by the many instances that ask for nothing. */
const fewest: Resources = { cores: 1, memory: 0, gpus: 0 };

/** Checks what an instance asks for; `fail` makes the error for a problem. */
export function parseResources(
  options: ResourceOptions | undefined,
  fail: (problem: string) => Error,
): Resources {
  if (options === undefined) return fewest;
  const unknown = Object.keys(options).find((name) => !(name in fewest));
  if (unknown !== undefined) {
    throw fail(`resources.${unknown} is unknown, ${expectedNames(unknown, Object.keys(fewest))}`);
  }
  const { cores = 1, memory, gpus = 0 } = options;
  if (cores !== "all" && !(Number.isSafeInteger(cores) && cores > 0)) {
    throw fail(`resources.cores is ${cores}, expected a positive integer or "all"`);
  }
  const bytes = memory === undefined ? 0 : typeof memory === "string" ? parseBytes(memory) : memory;
  if (bytes === undefined || !(bytes >= 0 && Number.isFinite(bytes))) {
    throw fail(
      `resources.memory is ${
        typeof memory === "string" ? `"${memory}"` : memory
      }, expected bytes or a text such as "2 GB"`,
    );
  }
  if (!Number.isSafeInteger(gpus) || gpus < 0) {
    throw fail(`resources.gpus is ${gpus}, expected a non-negative integer`);
  }
  return { cores, memory: Math.ceil(bytes), gpus };
}

/** Cores that a stage gets of the `present` ones. */
export function coresOf({ cores }: Resources, present: number): number {
  return cores === "all" ? present : Math.min(cores, present);
}

const powers = { "": 0, k: 1, m: 2, g: 3, t: 4 };

/** Bytes from "2000000", "2 GB" (powers of 1,000) or "2 GiB" (of 1,024), in any case; undefined for another text. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(?: ?([kmgt]?)(i?)b)?$/i.exec(text.trim());
  if (match === null) return undefined;
  const [, number, prefix = "", binary] = match;
  if (prefix === "" && binary) return undefined;
  return Math.ceil(Number(number) * (binary ? 1024 : 1000) ** powers[prefix.toLowerCase() as "k"]);
}
