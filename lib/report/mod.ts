/** Plots, as SVG that needs no browser to be made. */
export { type ContourGrid, type ContourLine, contourLines } from "./contour_lines.ts";
export { renderSvg } from "./render_svg.ts";
export { type PlotPoint, simplifyLine } from "./simplify_line.ts";
