/** What every benchmark reads of its command line, and how it prints. */

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
