/** Distance from the ends of the scale within which ratings are squeezed. */
const margin = 0.25;

/**
 * Squeezes a rating into the stars, 1 to 5, without ties: ratings from 1.25 to 4.75 stay, others approach 1 and 5
 * exponentially, so a higher one stays higher where a clamp would make all the same.
 */
export function withinStars(rating: number): number {
  const low = 1 + margin, high = 5 - margin;
  if (rating > high) return 5 - margin * Math.exp((high - rating) / margin);
  if (rating < low) return 1 + margin * Math.exp((rating - low) / margin);
  return rating;
}
