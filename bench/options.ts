/** What every benchmark reads of its command line, and how it prints. */
import { parseArgs } from "node:util";
import { type BackendRequest, backendRequests, useBackend } from "../lib/tensor/mod.ts";

/** A positive integer; `--name` of `benchmark` is named where it is none. */
export function count(benchmark: string, name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new RangeError(`Cannot run ${benchmark}: --${name} is '${text}', expected a positive integer`);
}

/** One of some choices. */
export function oneOf<T extends string>(
  benchmark: string,
  name: string,
  text: string,
  choices: readonly T[],
): T {
  if ((choices as readonly string[]).includes(text)) return text as T;
  throw new RangeError(`Cannot run ${benchmark}: --${name} is '${text}', expected ${choices.join(", ")}`);
}

export async function print(text: string): Promise<void> {
  await Deno.stdout.write(new TextEncoder().encode(text));
}

/** Values of the command line of a benchmark: as text, those of `optional` only where given; and what all of them take. */
export function parseOptions<
  Defaults extends Readonly<Record<string, string>>,
  Optional extends string = never,
>(
  args: string[],
  defaults: Defaults,
  optional: readonly Optional[] = [],
): Defaults & { [name in Optional]?: string } & { json: boolean; help: boolean } {
  const { values } = parseArgs({
    args,
    options: {
      ...Object.fromEntries(
        Object.entries(defaults).map(([name, value]) => [name, { type: "string" as const, default: value }]),
      ),
      ...Object.fromEntries(optional.map((name) => [name, { type: "string" as const }])),
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  return values as unknown as ReturnType<typeof parseOptions<Defaults, Optional>>;
}

/** Starts the backend that `--backend` and `--threads` ask for. */
export async function backendOf(
  benchmark: string,
  { backend, threads }: { readonly backend: string; readonly threads?: string },
) {
  return await useBackend(oneOf<BackendRequest>(benchmark, "backend", backend, backendRequests), {
    threads: threads === undefined ? undefined : count(benchmark, "threads", threads),
    blas: Deno.env.get("EQUIPOISE_BLAS") || undefined,
  });
}
