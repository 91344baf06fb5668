import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { isWithin } from "../base/files.ts";

const engineFolder = fileURLToPath(new URL("..", import.meta.url));

/** A line of a file; the path is absolute. */
interface Place {
  readonly path: string;
  readonly line: string;
  readonly column: string;
}

/**
 * Says why a pipeline file could not be imported or gave no stages, and in which line. An error in our own words that
 * something outside the engine threw is about what it says, not about a line: it stays as it is.
 *
 * @param file Project-relative path of the pipeline file.
 */
export function explainFileError(error: unknown, file: string, root: string): Error {
  if (!(error instanceof Error)) {
    return new Error(`Cannot load pipeline ${file}: it throws ${String(error)}, expected an Error`);
  }
  // On a terminal Deno's messages are coloured, places and all.
  const message = stripVTControlCharacters(error.message);
  const stack = stripVTControlCharacters(error.stack ?? "");
  const frames = placesIn(stack.slice(stack.indexOf("\n    at ")));
  const ownWords = /^Cannot .+?: /s.test(message);
  if (ownWords && !frames[0]?.path.startsWith(engineFolder)) return error;
  // Deno itself names the place of what does not compile.
  const place = placesIn(message)[0] ??
    frames.find(({ path }) => isWithin(root, path) && !path.startsWith(engineFolder));
  if (ownWords) return new Error(message + placeText(place, root), { cause: error });
  const { state, expected = "" } = describe(message, root);
  return new Error(`Cannot load pipeline ${file}: ${state}${placeText(place, root)}${expected}`, {
    cause: error,
  });
}

/** What Deno says of a module that it cannot load, in one line with paths that are relative to the project. */
export function explainModuleError(message: string, root: string): string {
  return describe(message, root).state + placeText(placesIn(message)[0], root);
}

/** The state that a message of Deno speaks of, and what is expected instead where that is no matter of course. */
function describe(message: string, root: string): { readonly state: string; readonly expected?: string } {
  const early = /^Cannot access '(.*)' before initialization$/.exec(message);
  if (early !== null) {
    return {
      state: `'${early[1]}' is used before it is defined`,
      expected: ", expected every stage after those that it reads: stages that read each other are a cycle",
    };
  }
  if (message === "Maximum call stack size exceeded") {
    return {
      state: "its functions call each other without end",
      expected: ", expected stages that do not read each other",
    };
  }
  const [reason] = message.split(/\n| at file:/);
  return { state: reason.replaceAll(`file://${root}/`, "").replace(/\.$/, "") };
}

function placeText(place: Place | undefined, root: string): string {
  return place === undefined
    ? ""
    : ` (${relative(root, place.path)}, line ${place.line}, column ${place.column})`;
}

function placesIn(text: string): Place[] {
  return [...text.matchAll(/(file:\/\/\/[^\s()]+?):(\d+):(\d+)/g)].map(([, url, line, column]) => ({
    path: fileURLToPath(url),
    line,
    column,
  }));
}
