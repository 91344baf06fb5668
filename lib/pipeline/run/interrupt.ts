import { hasProcessGroups, signalGroups } from "./process_group.ts";

/**
 * Gives a signal that aborts at Ctrl-C or SIGTERM, which until disposed do not end this process. Until then Ctrl-Z pauses
 * the stages together with this process, and they go on when it does.
 */
export function untilInterrupted(): Disposable & { readonly signal: AbortSignal } {
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  const pause = () => {
    signalGroups("SIGSTOP");
    Deno.kill(Deno.pid, "SIGSTOP");
  };
  const goOn = () => signalGroups("SIGCONT");
  const listeners: [Deno.Signal, () => void][] = [["SIGINT", interrupt], ["SIGTERM", interrupt]];
  if (hasProcessGroups) listeners.push(["SIGTSTP", pause], ["SIGCONT", goOn]);
  for (const [signal, listener] of listeners) Deno.addSignalListener(signal, listener);
  return {
    signal: stop.signal,
    [Symbol.dispose]() {
      for (const [signal, listener] of listeners) Deno.removeSignalListener(signal, listener);
    },
  };
}
