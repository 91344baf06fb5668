/** `deno task pipeline`: runs a pipeline file, or shows its status. */
import { main } from "../lib/pipeline/mod.ts";

Deno.exitCode = await main(Deno.args);
