import { stripTypeScriptTypes } from "node:module";

/** Words after which a slash begins a regular expression. */
const wordsBeforeRegExp = new Set([
  "return",
  "typeof",
  "case",
  "in",
  "instanceof",
  "delete",
  "void",
  "new",
  "do",
  "else",
  "yield",
  "await",
  "throw",
]);

/** Words whose parentheses are followed by a statement, so that a slash behind them begins a regular expression. */
const wordsBeforeStatement = new Set(["if", "while", "for", "with"]);

/**
 * The text of a module without what does not change what it does: comments, types and formatting. Two modules with the
 * same plain code behave alike, unless they look at their own text, as by `Function.prototype.toString`.
 *
 * Deno's own compiler prints the code anew, so that only comments are left to be removed.
 *
 * @returns Undefined where that cannot be told for certain: JSX, text that does not compile, a slash of which it is not
 *   clear whether it divides or begins a regular expression.
 */
export function plainCode(name: string, text: string): string | undefined {
  if (!/\.[cm]?[jt]s$/.test(name)) return undefined;
  try {
    // Node's types, which some packages bring along, know the other mode only.
    return withoutComments(stripTypeScriptTypes(text, { mode: "transform" as "strip" }));
  } catch {
    return undefined;
  }
}

/** Removes comments of JavaScript in which every statement ends with a semicolon, and makes white space alike. */
function withoutComments(code: string): string | undefined {
  let plain = "";
  // What the innermost open bracket is: a word before "(", "{" of code or "${" of a template.
  const open: { bracket: string; word: string }[] = [];
  let closedWord = "";
  let spaced = false;
  const append = (text: string) => {
    if (spaced && needsSpace(plain, text)) plain += " ";
    spaced = false;
    plain += text;
  };
  for (let i = 0; i < code.length;) {
    const character = code[i];
    const two = code.slice(i, i + 2);
    if (two === "//" || two === "/*") {
      const end = two === "//" ? code.indexOf("\n", i) : code.indexOf("*/", i + 2);
      if (end < 0) return two === "//" ? plain : undefined;
      i = end + (two === "//" ? 0 : 2);
      spaced = true;
    } else if (/\s/.test(character)) {
      spaced = true;
      i++;
    } else if (character === '"' || character === "'") {
      const end = endOfLiteral(code, i + 1, character);
      if (end === undefined) return undefined;
      append(code.slice(i, end));
      i = end;
    } else if (character === "`" || (character === "}" && open.at(-1)?.bracket === "${")) {
      if (character === "}") open.pop();
      const end = endOfTemplatePart(code, i + 1);
      if (end === undefined) return undefined;
      append(code.slice(i, end));
      if (code[end - 1] === "{") open.push({ bracket: "${", word: "" });
      i = end;
    } else if (character === "/") {
      const begins = beginsRegExp(plain, closedWord);
      if (begins === undefined) return undefined;
      const end = begins ? endOfRegExp(code, i + 1) : i + 1;
      if (end === undefined) return undefined;
      append(code.slice(i, end));
      i = end;
    } else {
      if ("([{".includes(character)) open.push({ bracket: character, word: lastWord(plain) });
      if (")]}".includes(character)) closedWord = open.pop()?.word ?? "";
      append(character);
      i++;
    }
  }
  return plain;
}

/** Whether white space between two parts of the code means something. */
function needsSpace(before: string, after: string): boolean {
  const [last, first] = [before.at(-1) ?? "", after[0]];
  if (/[\w$#]/.test(last) && /[\w$#]/.test(first)) return true;
  return (last === first && "+-".includes(last)) || last === "/" || first === "/" ||
    (/\d/.test(last) && first === ".");
}

/** The word at the end of `plain`, unless it names a member. */
function lastWord(plain: string): string {
  let start = plain.length;
  while (start > 0 && /[\w$]/.test(plain[start - 1])) start--;
  return ".#".includes(plain[start - 1] ?? ";") ? "" : plain.slice(start);
}

/** Whether a slash after `plain` begins a regular expression; undefined if that is not clear. */
function beginsRegExp(before: string, closedWord: string): boolean | undefined {
  const last = before.at(-1) ?? ";";
  if (/[\w$]/.test(last)) {
    const word = lastWord(before);
    return word === "of" ? undefined : wordsBeforeRegExp.has(word);
  }
  if (last === ")") return wordsBeforeStatement.has(closedWord);
  if (last === "]" || last === '"' || last === "'" || last === "`") return false;
  // The end of a block or of an object, "i++ / 2" or "+ +/x/": seldom enough.
  if (last === "}" || before.endsWith("++") || before.endsWith("--")) return undefined;
  return true;
}

function endOfLiteral(code: string, start: number, quote: string): number | undefined {
  for (let i = start; i < code.length; i++) {
    if (code[i] === "\\") i++;
    else if (code[i] === quote) return i + 1;
  }
  return undefined;
}

/** The end of a template's text: behind the closing backtick or behind the "${" of an expression. */
function endOfTemplatePart(code: string, start: number): number | undefined {
  for (let i = start; i < code.length; i++) {
    if (code[i] === "\\") i++;
    else if (code[i] === "`") return i + 1;
    else if (code[i] === "$" && code[i + 1] === "{") return i + 2;
  }
  return undefined;
}

function endOfRegExp(code: string, start: number): number | undefined {
  let inClass = false;
  for (let i = start; i < code.length; i++) {
    if (code[i] === "\n") return undefined;
    if (code[i] === "\\") i++;
    else if (code[i] === "[") inClass = true;
    else if (code[i] === "]") inClass = false;
    else if (code[i] === "/" && !inClass) return i + 1;
  }
  return undefined;
}
