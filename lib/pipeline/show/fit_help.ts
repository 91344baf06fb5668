import { wrapText } from "../../text/mod.ts";

/** The widest line of a help text, in columns: longer ones are hard to read. */
const widest = 110;

/**
 * A help text for a terminal of so many columns: paragraphs are wrapped anew, and what an option does goes on below its
 * beginning.
 *
 * @param help Paragraphs at the margin, and indented lines, one each for an option.
 */
export function fitHelp(help: string, columns: number): string {
  const width = Math.min(columns, widest);
  // A line that follows another at the margin goes on with its paragraph.
  const lines = help.replaceAll(/(?<=^\S.*)\n(?=\S)/gm, " ").split("\n");
  return lines.flatMap((line) => {
    const [head] = /^ +\S.*? {2,}/.exec(line) ?? /^ */.exec(line)!;
    const [first = "", ...rest] = wrapText(line.slice(head.length), Math.max(width - head.length, 20));
    return [head + first, ...rest.map((text) => " ".repeat(head.length) + text)];
  }).join("\n");
}
