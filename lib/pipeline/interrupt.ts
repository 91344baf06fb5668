/** Gives a signal that aborts at Ctrl-C or SIGTERM, which until disposed do not end this process. */
export function untilInterrupted(): Disposable & { readonly signal: AbortSignal } {
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) Deno.addSignalListener(signal, interrupt);
  return {
    signal: stop.signal,
    [Symbol.dispose]() {
      for (const signal of signals) Deno.removeSignalListener(signal, interrupt);
    },
  };
}
