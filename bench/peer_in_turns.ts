/** How long something took by the clock, and how long the processors worked on it, all of them together. */
export interface Milliseconds {
  readonly clock: number;
  readonly processors: number;
}

/** A peer that takes a step whenever it is told to, so that both sides share every mood of the machine. */
export class PeerInTurns {
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: ReadableStreamDefaultReader<string>;
  #rest = "";
  /** The first line that it printed. */
  readonly name: string;

  private constructor(
    process: Deno.ChildProcess,
    lines: ReadableStreamDefaultReader<string>,
    greeting: Line,
  ) {
    this.#process = process;
    this.#input = process.stdin.getWriter();
    this.#lines = lines;
    this.name = greeting.line;
    this.#rest = greeting.rest;
  }

  /**
   * Starts `python script ...args` and waits for its first line.
   *
   * @returns Undefined if that interpreter cannot run it.
   */
  static async start(
    python: string,
    script: string,
    args: string[],
    env: Record<string, string>,
  ): Promise<PeerInTurns | undefined> {
    let process: Deno.ChildProcess;
    try {
      process = new Deno.Command(python, {
        ...{ args: [script, ...args], env },
        ...{ stdin: "piped", stdout: "piped", stderr: "null" } as const,
      }).spawn();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
    const lines = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const greeting = await nextLine(lines, "");
    if (greeting) return new PeerInTurns(process, lines, greeting);
    await process.stdin.close().catch(() => {});
    await process.status;
    return undefined;
  }

  /** Has it do `work`; resolves to the milliseconds that it reports. */
  async turn(work: string): Promise<Milliseconds> {
    await this.#input.write(new TextEncoder().encode(`${work}\n`));
    const next = await nextLine(this.#lines, this.#rest);
    if (!next) throw new Error(`Cannot time ${this.name}: it ended, expected a time for '${work}'`);
    this.#rest = next.rest;
    const [clock, processors] = next.line.split(" ").map(Number);
    return { clock, processors };
  }

  async close(): Promise<void> {
    await this.#input.close();
    await this.#lines.cancel();
    await this.#process.status;
  }
}

interface Line {
  readonly line: string;
  readonly rest: string;
}

async function nextLine(lines: ReadableStreamDefaultReader<string>, text: string): Promise<Line | undefined> {
  while (!text.includes("\n")) {
    const { done, value } = await lines.read();
    if (done) return undefined;
    text += value;
  }
  const end = text.indexOf("\n");
  return { line: text.slice(0, end), rest: text.slice(end + 1) };
}
