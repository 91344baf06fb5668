/** Words for people: what was probably meant by an unknown name. */
export { expectedNames, nearestNames } from "./nearest_names.ts";
