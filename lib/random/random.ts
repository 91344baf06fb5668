import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";

/** A seeded source of randomness: the same seed gives the same numbers on every machine. */
export interface Random {
  /** A number in [0, 1), with 53 random bits. */
  uniform(): number;
  /** A draw from the standard normal distribution. */
  normal(): number;
  /** An integer in [0, bound). Throws a RangeError unless `bound` is a positive integer. */
  integer(bound: number): number;
  /** Shuffles `values` in place (Fisher-Yates) and returns it. */
  shuffle<T extends { length: number; [index: number]: unknown }>(values: T): T;
  /** An independent source named by `label`; it does not depend on how much of this one was used. */
  fork(label: string | number): Random;
}

/**
 * Makes a seeded source of randomness on xoroshiro128+ (Blackman & Vigna, 2018), as implemented by `pure-rand`.
 *
 * @param seed Any integer or text. Texts are hashed (FNV-1a, 32 bit), so `"train/3"` is a seed like another.
 */
export function createRandom(seed: number | string): Random {
  return new SeededRandom(typeof seed === "number" ? checkedSeed(seed) : hash32(seed));
}

class SeededRandom implements Random {
  readonly #seed: number;
  readonly #generator: ReturnType<typeof xoroshiro128plus>;
  #spareNormal: number | undefined;

  constructor(seed: number) {
    this.#seed = seed;
    this.#generator = xoroshiro128plus(seed);
  }

  uniform(): number {
    return uniformFloat64(this.#generator);
  }

  normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    // Box-Muller: 1 - uniform() is in (0, 1], so the logarithm is finite.
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  integer(bound: number): number {
    if (!Number.isSafeInteger(bound) || bound < 1) {
      throw new RangeError(`Cannot draw an integer: the bound is ${bound}, expected a positive integer`);
    }
    return uniformInt(this.#generator, 0, bound - 1);
  }

  shuffle<T extends { length: number; [index: number]: unknown }>(values: T): T {
    for (let i = values.length - 1; i > 0; i--) {
      const j = uniformInt(this.#generator, 0, i);
      const held = values[i];
      values[i] = values[j];
      values[j] = held;
    }
    return values;
  }

  fork(label: string | number): Random {
    return new SeededRandom(hash32(`${this.#seed}/${label}`));
  }
}

function checkedSeed(seed: number): number {
  if (!Number.isSafeInteger(seed)) {
    throw new RangeError(`Cannot seed a random source: the seed is ${seed}, expected an integer`);
  }
  // Seeds beyond 32 bits are hashed, so that none are silently truncated to the same stream.
  return seed === (seed | 0) ? seed : hash32(String(seed));
}

/** FNV-1a over UTF-8, with the avalanche finish of MurmurHash3 so that near labels give far seeds. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}
