/**
 * Makes file operations of the process that preloads it go wrong, as the variable FAULT says:
 *
 * - "kill@17": `kill -9` of itself before its 17th operation, in the middle of it if that writes;
 * - "rename@2=ENOSPC": the second rename fails as on a full disk; "rename@2+=EIO": all from the second on;
 * - "count": does nothing.
 *
 * On a normal end it writes the number of operations to the file of FAULT_COUNT.
 *
 * @module
 */

const kinds = ["mkdir", "rename", "write", "remove", "open", "copy", "sync", "lock"] as const;
type Kind = typeof kinds[number];

const errors: Record<string, () => Error> = {
  ENOSPC: () => Object.assign(new Error("No space left on device (os error 28)"), { code: "ENOSPC" }),
  EIO: () => Object.assign(new Error("Input/output error (os error 5)"), { code: "EIO" }),
  EACCES: () => new Deno.errors.PermissionDenied("Permission denied (os error 13)"),
};

const [, target, at, onwards, error] =
  /^(\w+)(?:@(\d+)(\+?)(?:=(\w+))?)?$/.exec(Deno.env.get("FAULT") ?? "") ?? [];
const counts = new Map<Kind, number>(kinds.map((kind) => [kind, 0]));
let total = 0;

/** Counts an operation and does what is due at it; `half` does the first half of a write. */
function step(kind: Kind, half?: () => void): void {
  const count = counts.get(kind)! + 1;
  counts.set(kind, count);
  total++;
  if (target === "kill" && total === Number(at)) {
    half?.();
    Deno.kill(Deno.pid, "SIGKILL");
  }
  if (target === kind && (count === Number(at) || (onwards === "+" && count > Number(at)))) {
    half?.();
    throw errors[error]();
  }
}

// The engine looks these up on Deno at each call.
const { mkdirSync, renameSync, writeTextFileSync, removeSync, openSync, copyFileSync } = Deno;
const { syncSync, writeSync, lock, tryLock } = Deno.FsFile.prototype;

Deno.mkdirSync = (...args) => (step("mkdir"), mkdirSync(...args));
Deno.renameSync = (...args) => (step("rename"), renameSync(...args));
Deno.removeSync = (...args) => (step("remove"), removeSync(...args));
Deno.openSync = (...args) => (step("open"), openSync(...args));
Deno.copyFileSync = (...args) => (step("copy"), copyFileSync(...args));
Deno.writeTextFileSync = (path, text, options) => {
  step("write", () => writeTextFileSync(path, text.slice(0, text.length >> 1), options));
  writeTextFileSync(path, text, options);
};
Deno.FsFile.prototype.syncSync = function () {
  step("sync");
  return syncSync.call(this);
};
Deno.FsFile.prototype.writeSync = function (bytes) {
  step("write", () => writeSync.call(this, bytes.subarray(0, bytes.length >> 1)));
  return writeSync.call(this, bytes);
};
Deno.FsFile.prototype.lock = function (exclusive) {
  step("lock");
  return lock.call(this, exclusive);
};
Deno.FsFile.prototype.tryLock = function (exclusive) {
  step("lock");
  return tryLock.call(this, exclusive);
};

const counter = Deno.env.get("FAULT_COUNT");
if (counter !== undefined) {
  globalThis.addEventListener(
    "unload",
    () => writeTextFileSync(counter, JSON.stringify({ total, ...Object.fromEntries(counts) })),
  );
}
