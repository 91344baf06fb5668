import { basename, join } from "node:path";

/**
 * From so many inputs on a stage gets them by links in one folder. A permission for each would be looked through at
 * every access, 10,000 for half a minute, and beyond them the arguments of a process are too long for Linux.
 */
export const manyInputs = 500;

/**
 * Makes links to the files and folders at `paths`, each in a folder of its own below `folder`, so that it keeps its name.
 *
 * @returns The links' paths, in the order of `paths`.
 */
export function linkInputs(folder: string, paths: readonly string[]): string[] {
  return paths.map((path, i) => {
    const own = join(folder, String(i));
    Deno.mkdirSync(own, { recursive: true });
    const link = join(own, basename(path));
    Deno.symlinkSync(path, link);
    return link;
  });
}
