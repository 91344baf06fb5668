/** Words for people: what was probably meant by an unknown name, and text in lines. */
export { expectedNames, nearestNames } from "./nearest_names.ts";
export { wrapText } from "./wrap_text.ts";
