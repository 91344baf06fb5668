/** The other side of {@link LookAhead}. */
import { entryFolder, isCurrent } from "./entry.ts";
import { indexPath, keyOf, parseLine, readIndexFile } from "./index_file.ts";
import { type LookAheadJob, slotOf } from "./look_ahead.ts";

addEventListener("message", (event) => {
  const { pipelineFolder, version, seen }: LookAheadJob = (event as MessageEvent).data;
  const { text, version: now } = readIndexFile(indexPath(pipelineFolder));
  // Another engine wrote it meanwhile: the places of its lines mean nothing to the run.
  if (now !== version) return;
  for (let end = text.length; end > 0;) {
    const start = end < 2 ? 0 : text.lastIndexOf("\n", end - 2) + 1;
    const line = text.slice(start, end);
    const known = parseLine(line);
    try {
      if (known !== undefined && isCurrent(entryFolder(pipelineFolder, keyOf(line)), known)) {
        Atomics.store(seen, slotOf(start), 1);
      }
    } catch {
      // The run will look at it itself, and say what is wrong.
    }
    end = start;
  }
});
