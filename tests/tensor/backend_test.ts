import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import {
  backendNames,
  describeBackend,
  inspectBackends,
  resolveBackend,
  useBackend,
} from "../../lib/tensor/mod.ts";
import { testOnBackends } from "./backends_under_test.ts";

const nowhere = { blas: "libno-such-blas.so" };

Deno.test("every backend is reported, with what was found or why it is not there", async () => {
  const reports = await inspectBackends(nowhere);
  assert.deepEqual(reports.map(({ name }) => name), [...backendNames]);
  for (const { name, detail, available, install } of reports) {
    assert.ok(detail.length > 0, name);
    if (!available) assert.ok(install, `${name} says what to install`);
  }
});

Deno.test("a BLAS that cannot be opened is named, with what to install", async () => {
  const native = (await inspectBackends(nowhere)).find(({ name }) => name === "native")!;
  assert.equal(native.available, false);
  assert.match(native.detail, /libno-such-blas\.so/);
  await assert.rejects(useBackend("native", nowhere), /Cannot use the native backend: .*install/);
});

Deno.test("auto takes native where there is a BLAS, wasm where there is none, and never a software GPU", async () => {
  const reports = await inspectBackends();
  const best = reports.find(({ available, software }) => available && !software)!.name;
  assert.equal(await resolveBackend("auto"), best);
  assert.notEqual(await resolveBackend("auto", nowhere), "native");
  assert.equal(await resolveBackend("cpu"), "cpu");
});

testOnBackends("a started backend says what it is", (backend) => {
  assert.equal(tf.getBackend(), backend.name === "native" ? "wasm" : backend.name);
  assert.match(describeBackend(backend), new RegExp(`^${backend.name}, .*\\d threads?$`));
  if (backend.name === "native") assert.ok(backend.blas!.version.length > 0);
});

testOnBackends("native uses the threads that it is given", async () => {
  assert.equal((await useBackend("native", { threads: 1 })).threads, 1);
  assert.equal((await useBackend("native", { threads: 2 })).threads, 2);
}, ["native"]);
