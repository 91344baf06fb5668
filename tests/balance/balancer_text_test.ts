import assert from "node:assert/strict";
import {
  balancerNames,
  createBalancer,
  defaultBalancers,
  parseBalancer,
  parseBalancers,
} from "../../lib/balance/mod.ts";

Deno.test("a text names a balancer, with options as JSON or plain text", () => {
  const cases: [string, string, Record<string, unknown>][] = [
    ["mgda", "mgda", {}],
    [" mgda ", "mgda", {}],
    ["mgda()", "mgda", {}],
    ["mgda(normalize=l2)", "mgda", { normalize: "l2" }],
    ['mgda(normalize="loss+")', "mgda", { normalize: "loss+" }],
    ["cagrad(c=1, rescale=2)", "cagrad", { c: 1, rescale: 2 }],
    ["static(weights=[2,1])", "static", { weights: [2, 1] }],
  ];
  for (const [text, name, options] of cases) {
    assert.deepEqual(parseBalancer(text), { text: text.trim(), name, options });
  }
});

Deno.test("commas part balancers outside brackets only", () => {
  const texts = parseBalancers("mgda, cagrad(c=1,rescale=1),static(weights=[2,1]),").map(({ text }) => text);
  assert.deepEqual(texts, ["mgda", "cagrad(c=1,rescale=1)", "static(weights=[2,1])"]);
});

Deno.test("a text that names nothing is refused with what would do", () => {
  const cases: [string, RegExp][] = [
    ["mgdaa", /there is no such method, expected 'mgda'/],
    ["cagrad(C=1)", /there is no option 'C', expected 'c'/],
    ["cagrad(c=-1)", /option 'c' is -1, expected a number from 0 up/],
    ["cagrad(c)", /'cagrad\(c\)': 'c' has no value, expected option=value/],
    ["cagrad(c=1", /'cagrad\(c=1': it is malformed/],
    ["cagrad c", /it is malformed, expected a name such as 'mgda'/],
    ["static", /option 'weights' is undefined/],
    ["", /the list is empty/],
    [" , ", /the list is empty/],
  ];
  for (const [text, message] of cases) {
    assert.throws(() => parseBalancers(text), (error) => {
      assert.ok(error instanceof RangeError, text);
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("every method is there by default, or left out with the reason", () => {
  const { balancers, leftOut } = defaultBalancers();
  const names = [...balancers.map(({ name }) => name), ...leftOut.map(({ name }) => name)];
  assert.deepEqual(names.toSorted(), [...balancerNames].sort());
  for (const { name, options } of balancers) assert.equal(createBalancer(name, options).name, name);
  assert.match(leftOut.find(({ name }) => name === "static")!.reason, /option 'weights'/);
});
