/** Ways in which reviews are published. */
export const reviewFormats = ["amazon", "ratebeer", "tripadvisor", "yelp", "csv"] as const;
export type ReviewFormat = typeof reviewFormats[number];
