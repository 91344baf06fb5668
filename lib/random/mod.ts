/** Seeded randomness: every draw in Equipoise comes from here. */
export { createRandom, type Random } from "./random.ts";
