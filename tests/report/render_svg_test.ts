import assert from "node:assert/strict";
import type { TopLevelSpec } from "vega-lite";
import { renderSvg } from "../../lib/report/mod.ts";

const spec = (values: object[]): TopLevelSpec => ({
  data: { values },
  mark: "point",
  title: "Values of 3.14159",
  encoding: { x: { field: "a", type: "quantitative" }, y: { field: "b", type: "quantitative" } },
});

Deno.test("a specification becomes one SVG document with its marks, the same each time", async () => {
  const plot = spec([{ a: 1, b: 2 }, { a: 2, b: 1 / 3 }, { a: 3, b: 1 }]);
  const svg = await renderSvg(plot);
  assert.match(svg, /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  assert.match(svg, /<\/svg>\n$/);
  assert.equal(svg.match(/<path aria-label=/g)!.length, 3);
  assert.equal(await renderSvg(plot), svg);
});

Deno.test("coordinates have two decimals at most, texts all of theirs", async () => {
  const svg = await renderSvg(spec([{ a: 1, b: 2 }, { a: 2, b: 1 / 3 }]));
  assert.match(svg, />Values of 3\.14159</);
  for (const [tag] of svg.matchAll(/<[^>]*>/g)) assert.doesNotMatch(tag, /\.\d{3,}/);
});

Deno.test("what Vega only warns of is refused, and so are data to load", async () => {
  const shapedBars = { ...spec([{ a: 1, b: 2 }]), mark: "bar", encoding: { shape: { field: "a" } } };
  await assert.rejects(renderSvg(shapedBars as TopLevelSpec), /Cannot draw the plot: shape dropped/);
  const remote = { ...spec([]), data: { url: "https://example.org/data.json" } };
  await assert.rejects(renderSvg(remote as TopLevelSpec), /Cannot load https:\/\/example\.org\/data\.json/);
});
