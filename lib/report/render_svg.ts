import type { TopLevelSpec } from "vega-lite";

/** Decimals of coordinates: a hundredth of a pixel, where Vega writes all seventeen digits. */
const DECIMALS = 2;

/**
 * Draws a Vega-Lite specification as SVG.
 *
 * Vega runs without a canvas here: it estimates the widths of texts, so leave them room. Data must be in the
 * specification; nothing is loaded.
 *
 * @returns One SVG document that ends in a newline; the same specification gives the same text.
 * @throws {Error} If the specification is not one, as Vega-Lite or Vega says.
 */
export async function renderSvg(spec: TopLevelSpec): Promise<string> {
  // Loaded on the first plot: half a second that no one else should pay.
  const [vega, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  const problems: string[] = [];
  const logger = vega.logger(
    vega.Warn,
    undefined,
    (_method, _level, input) => problems.push(input.join(" ")),
  );
  const { spec: compiled } = compile(spec, { logger });
  const view = new vega.View(vega.parse(compiled), {
    renderer: "none",
    logger,
    loader: refusingLoader(vega),
  });
  const svg = await view.toSVG();
  view.finalize();
  if (problems.length > 0) throw new Error(`Cannot draw the plot: ${problems[0]}`);
  return shortened(svg) + "\n";
}

/** A loader that loads nothing: a plot depends on its specification alone. */
function refusingLoader(vega: typeof import("vega")) {
  const refuse = (uri: string) =>
    Promise.reject(new Error(`Cannot load ${uri} for a plot: expected data in the specification`));
  return { ...vega.loader(), load: refuse, sanitize: refuse };
}

/** Numbers of attributes with at most {@link DECIMALS} decimals; texts between tags stay as they are. */
function shortened(svg: string): string {
  return svg.replaceAll(
    /<[^>]*>/g,
    (tag) =>
      tag.replaceAll(/-?\d+\.\d{3,}(?:e-?\d+)?/g, (number) => String(+Number(number).toFixed(DECIMALS))),
  );
}
