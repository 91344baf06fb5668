/**
 * Reads a file that another process appends to, each time only what is new. It is opened anew for that, since on a shared
 * file system an open file may not show what another machine wrote.
 */
export class NewLines {
  readonly #path: string;
  /** Bytes that were given out: whole lines. */
  #read = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** The lines that were finished since the last call; none if there is no such file yet. */
  take(): string[] {
    let file: Deno.FsFile;
    try {
      file = Deno.openSync(this.#path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
    using _file = file;
    const bytes = new Uint8Array(Math.max(0, file.statSync().size - this.#read));
    if (bytes.length === 0) return [];
    file.seekSync(this.#read, Deno.SeekMode.Start);
    const filled = file.readSync(bytes) ?? 0;
    const end = bytes.subarray(0, filled).lastIndexOf(0x0a) + 1;
    this.#read += end;
    return new TextDecoder().decode(bytes.subarray(0, end)).split("\n").slice(0, -1);
  }
}
