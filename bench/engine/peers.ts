import { join } from "node:path";
import { rowLength } from "./made_project.ts";

/** Another build tool, with the work of a made project. */
export interface Peer {
  readonly name: string;
  /** Prints its version; fails where the tool is not installed. */
  readonly version: readonly string[];
  /** Writes the project and its results into the folder `root`. */
  prepare(root: string, stages: number): void;
  /** What a run with nothing to do is. */
  readonly command: readonly string[];
  /** Whether `command` has to run once before it has nothing to do. */
  readonly records: boolean;
}

/** make, doit and snakemake as Debian has them. */
export const peers: readonly Peer[] = [
  {
    name: "make",
    version: ["make", "--version"],
    prepare(root, stages) {
      writeResults(root, stages);
      const rules = rows(stages, (n, input) => `out/${n}.txt: ${input}\n\t(cat $<; echo ${n}) > $@\n`);
      const targets = rows(stages, (n) => `out/${n}.txt`).join(" ");
      Deno.writeTextFileSync(join(root, "Makefile"), `all: ${targets}\n${rules.join("")}`);
    },
    command: ["make"],
    records: false,
  },
  {
    name: "doit",
    version: ["doit", "--version"],
    prepare(root, stages) {
      writeResults(root, stages);
      Deno.writeTextFileSync(
        join(root, "dodo.py"),
        `def copy(source, n, target):
    with open(source) as file:
        text = file.read()
    with open(target, "w") as file:
        file.write(text + str(n) + "\\n")

def task_copy():
    for n in range(${stages}):
        source = "raw.txt" if n % ${rowLength} == 0 else "out/%d.txt" % (n - 1)
        target = "out/%d.txt" % n
        yield {"name": str(n), "file_dep": [source], "targets": [target], "actions": [(copy, [source, n, target])]}
`,
      );
    },
    command: ["doit"],
    records: true,
  },
  {
    name: "snakemake",
    version: ["snakemake", "--version"],
    prepare(root, stages) {
      writeResults(root, stages);
      Deno.writeTextFileSync(
        join(root, "Snakefile"),
        `def source(wildcards):
    n = int(wildcards.n)
    return "raw.txt" if n % ${rowLength} == 0 else "out/%d.txt" % (n - 1)

rule all:
    input: ["out/%d.txt" % n for n in range(${stages})]

rule copy:
    input: source
    output: "out/{n}.txt"
    shell: "(cat {input}; echo {wildcards.n}) > {output}"
`,
      );
    },
    command: ["snakemake", "--cores", "1"],
    records: false,
  },
];

/** The version of a peer; undefined where it is not installed. */
export async function versionOf({ version: [program, ...args] }: Peer): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command(program, { args, stderr: "null" }).output();
    return success ? /\d+(?:\.\d+)+/.exec(new TextDecoder().decode(stdout))?.[0] : undefined;
  } catch {
    return undefined;
  }
}

function rows(stages: number, line: (n: number, input: string) => string): string[] {
  return Array.from(
    { length: stages },
    (_, n) => line(n, n % rowLength === 0 ? "raw.txt" : `out/${n - 1}.txt`),
  );
}

/** Files as the runs would have left them, each later than what it was made from. */
function writeResults(root: string, stages: number): void {
  Deno.mkdirSync(join(root, "out"), { recursive: true });
  Deno.writeTextFileSync(join(root, "raw.txt"), "raw\n");
  Deno.utimeSync(join(root, "raw.txt"), 1000, 1000);
  let text = "";
  for (let n = 0; n < stages; n++) {
    text = n % rowLength === 0 ? "raw\n" : text;
    text += `${n}\n`;
    const path = join(root, "out", `${n}.txt`);
    Deno.writeTextFileSync(path, text);
    Deno.utimeSync(path, 2000 + n % rowLength, 2000 + n % rowLength);
  }
}
