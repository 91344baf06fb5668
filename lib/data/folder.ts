import { basename, dirname, join, resolve } from "node:path";

/**
 * Lets `write` fill a new folder that then takes the place of `target`: a reader sees the old dataset or the whole new
 * one. `scratch` is for files that are not to stay. Refuses to replace a folder that holds something else than a prepared dataset.
 */
export async function replaceFolder<T>(
  target: string,
  write: (folder: string, scratch: string) => Promise<T>,
): Promise<T> {
  const path = resolve(target);
  const existing = await entriesOf(path);
  if (existing !== undefined && existing.length > 0 && !existing.includes("schema.json")) {
    throw new Error(
      `Cannot write a dataset to ${target}: the folder holds ${
        existing[0]
      }, expected a new folder or a prepared dataset`,
    );
  }
  await Deno.mkdir(dirname(path), { recursive: true });
  const draft = await Deno.makeTempDir({ dir: dirname(path), prefix: `.${basename(path)}-`, suffix: ".tmp" });
  try {
    const fresh = join(draft, "new");
    const scratch = join(draft, "scratch");
    await Deno.mkdir(fresh);
    await Deno.mkdir(scratch);
    const result = await write(fresh, scratch);
    if (existing !== undefined) await Deno.rename(path, join(draft, "old"));
    await Deno.rename(fresh, path);
    return result;
  } finally {
    await Deno.remove(draft, { recursive: true });
  }
}

async function entriesOf(folder: string): Promise<string[] | undefined> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
