import { createRandom, type Random } from "../../random/mod.ts";
import type { Review } from "../review.ts";
import { Assignment } from "./assign.ts";
import { drawItems, drawUser, type LatentItem, type LatentUser, thousandths } from "./latent.ts";
import { lexiconOf } from "./lexicon.ts";
import { completeOptions, type ReviewWorldOptions } from "./options.ts";
import { ReviewWorldTruth, utilityOf } from "./truth.ts";
import { Voice } from "./voice.ts";
import { categoryWords } from "./words/mod.ts";
import { type Occasion, writeReview, type WrittenSentence } from "./write_review.ts";

/** Reviews that were made, and why they are as they are. */
export interface ReviewWorld {
  readonly options: Required<ReviewWorldOptions>;
  /** User after user, each user's in the order of writing. */
  readonly reviews: readonly Review[];
  readonly truth: ReviewWorldTruth;
}

/**
 * Makes a review world: items with latent aspect qualities, users with aspect preferences and a way of writing, and
 * reviews from a seeded grammar, so that the reasons of every ranking and the meaning of every sentence are known.
 *
 * A user reviews items of two categories, three of five from the first, and of others only where those run out.
 * A rating is the utility (see {@link ReviewWorldTruth.utility}) plus normal noise, rounded and cut to 1 to 5 stars.
 * A review states grades of the user's impressions, which are the qualities plus normal noise, preferably of aspects
 * that the user cares about and where the item stands out. Votes are the likelier helpful the more a review tells.
 *
 * The same options give the same reviews on every machine. More `users` leave the reviews of the earlier ones as
 * they are; `noise` leaves the utilities and who reviews what; more `items` leave the qualities of the earlier ones
 * but not the reviews. An item has at least a third of the mean number of reviews of its category's items, once that
 * mean is 12 or more.
 *
 * What it is not: who reviews which item does not depend on taste, quality does not change in time, and no review
 * lies, errs in spelling or is about something else.
 *
 * @throws {RangeError} An option is out of its range.
 */
export function makeReviewWorld(options: ReviewWorldOptions = {}): ReviewWorld {
  const full = completeOptions(options);
  const random = createRandom(full.seed);
  const categories = categoryWords.slice(0, full.categories);
  const names = categories.map(({ name }) => name);
  const items = drawItems(full, categories, random.fork("items"));
  const assignment = new Assignment(items, full.categories);
  const users: LatentUser[] = [];
  const reviews: Review[] = [];
  const sentences = new Map<string, readonly WrittenSentence[]>();

  for (let i = 0; i < full.users; i++) {
    const own = random.fork(`user/${i}`);
    const user = drawUser(full, i, own.fork("latent"));
    const voice = new Voice(own.fork("voice"));
    const days = own.fork("days");
    let day = days.integer(1500);
    const earlier = new Map<string, Occasion["earlier"]>();
    users.push(user);
    assignment.next(user, own.fork("items")).forEach((j, k) => {
      const item = items[j];
      const source = own.fork(`review/${k}`);
      const c = names.indexOf(item.category.name);
      const utility = utilityOf(user, item, names);
      const rating = drawRating(utility, full.noise, source.fork("rating"));
      const impressions = perceive(item, full.perceptionNoise, source.fork("impressions"));
      const occasion = {
        options: full,
        user,
        voice,
        item,
        weights: user.preferences[c],
        impressions,
        rating,
        utility,
        earlier: earlier.get(item.category.name),
      };
      const written = writeReview(occasion, source.fork("text"));
      const id = `${user.id}-review-${`${k + 1}`.padStart(2, "0")}`;
      day += 1 + days.integer(60);
      const helpful = drawVotes(written.informativeness, source.fork("votes"));
      reviews.push({
        id,
        user: user.id,
        item: item.id,
        category: item.category.name,
        rating,
        text: written.sentences.map(({ text }) => text).join(" "),
        time: firstDay + day * 86_400,
        ...(helpful && { helpful }),
      });
      sentences.set(id, written.sentences);
      earlier.set(item.category.name, { item, impressions });
    });
  }
  const lexicon = lexiconOf(categories, full.aspects);
  return {
    options: full,
    reviews,
    truth: new ReviewWorldTruth({ items, users, categories: names, sentences, lexicon }),
  };
}

/** 1 January 2018, in seconds since 1970. */
const firstDay = 1_514_764_800;

function drawRating(utility: number, noise: number, random: Random): number {
  return Math.max(1, Math.min(5, Math.round(thousandths(utility + noise * random.normal()))));
}

function perceive(item: LatentItem, noise: number, random: Random): number[] {
  return item.qualities.map((quality) => thousandths(quality + noise * random.normal()));
}

/** Votes of a review, none for two of five; each is helpful with a chance of .2 plus .1 a thing told, up to .9. */
function drawVotes(informativeness: number, random: Random): [number, number] | undefined {
  if (random.uniform() < 0.4) return undefined;
  const total = 1 + random.integer(3 + informativeness);
  const chance = Math.min(0.9, 0.2 + 0.1 * informativeness);
  let helpful = 0;
  for (let i = 0; i < total; i++) if (random.uniform() < chance) helpful++;
  return [helpful, total];
}
