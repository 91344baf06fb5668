/** The method that the others are tested against. */
export const BASELINE = "centroid";
