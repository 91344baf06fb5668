import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FileCard } from "./card.ts";
import { verifyFile } from "./checksum.ts";

/** Where raw data may lie, in the order of the search. */
export interface DataPlaces {
  /** The folder that the user named (`--data`). */
  readonly dataDir?: string;
  /** The value of `EQUIPOISE_DATA`; the library reads no environment itself. */
  readonly environment?: string;
  /** Its `data/` is searched last; by default the root of this project. */
  readonly projectRoot?: string;
}

/** The outcome of a search: the raw files in row order, or the reason to show to the user. */
export type DatasetLocation =
  | { readonly found: true; readonly paths: readonly string[] }
  | {
    readonly found: false;
    /** Names the folders of this machine that were searched. */
    readonly reason: string;
    /** What to do about it, for a table: the same on every machine. */
    readonly advice: string;
  };

/**
 * Looks for the raw files of a dataset in `<place>/<folder of the card>/`, place by place. A place counts when it has every
 * file in one of its forms. Contents are not read here: see {@link verifyRawFiles}.
 */
export async function locateDataset(card: FileCard, places: DataPlaces = {}): Promise<DatasetLocation> {
  const roots = [places.dataDir, places.environment, join(places.projectRoot ?? thisProject, "data")]
    .filter((root): root is string => root !== undefined && root !== "");
  const folder = "folder" in card && card.folder !== undefined ? card.folder : card.name;
  for (const root of roots) {
    const paths = await filesIn(join(root, folder), card);
    if (paths !== undefined) return { found: true, paths };
  }
  const names = card.files.map((forms) => forms.map((form) => form.name).join(" or ")).join(", and ");
  const advice = `get it from ${card.source.address} (${card.licence.name}) ` +
    `and put it into data/${folder}/, or into ${folder}/ of a folder named by --data or EQUIPOISE_DATA`;
  return {
    found: false,
    reason: `Cannot find dataset ${card.name}: looked in ` +
      `${roots.map((root) => join(root, folder)).join(", ")}, expected ${names}; ${advice}`,
    advice,
  };
}

/** Checks that `paths` are the card's files, in order and each in a known form. Returns the forms. */
export async function verifyRawFiles(
  card: FileCard,
  paths: readonly string[],
): Promise<FileCard["files"][number]> {
  if (paths.length !== card.files.length) {
    throw new RangeError(
      `Cannot read dataset ${card.name}: ${paths.length} files are given, expected ${card.files.length}`,
    );
  }
  return await Promise.all(paths.map(async (path, i) => {
    const form = card.files[i].find(({ name }) => name === basename(path));
    if (form === undefined) {
      const names = card.files[i].map(({ name }) => name).join(" or ");
      throw new Error(
        `Cannot read dataset ${card.name}: file ${i + 1} is ${basename(path)}, expected ${names}`,
      );
    }
    if (!await isFile(path)) {
      throw new Error(`Cannot read dataset ${card.name}: ${path} does not exist, expected a file`);
    }
    await verifyFile(path, form);
    return form;
  }));
}

async function filesIn(folder: string, card: FileCard): Promise<string[] | undefined> {
  const paths: string[] = [];
  for (const forms of card.files) {
    const candidates = forms.map((form) => join(folder, form.name));
    const present = await Promise.all(candidates.map(isFile));
    const first = present.indexOf(true);
    if (first < 0) return undefined;
    paths.push(candidates[first]);
  }
  return paths;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}

const thisProject = fileURLToPath(new URL("../../", import.meta.url));
