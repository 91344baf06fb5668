import type { Grade } from "../statement.ts";

/** Opinion words that suit any aspect, by grade; `!` marks one that takes no adverb. */
export const generalOpinions: Readonly<Record<Grade, string>> = {
  3: "superb, outstanding, excellent, fantastic, wonderful, perfect, amazing, brilliant, exceptional, phenomenal",
  2: "good, great!, lovely!, nice, impressive, pleasing, enjoyable, admirable!",
  1: "decent, fine!, okay!, reasonable, adequate, passable, acceptable, alright!",
  [-1]: "mediocre, average!, forgettable, so-so!, ordinary, middling!, underwhelming, unremarkable",
  [-2]: "bad, poor, disappointing, unsatisfactory, unpleasant, inferior!, annoying, frustrating",
  [-3]: "terrible, awful, dreadful, horrible, abysmal, atrocious, unacceptable, appalling, dire, pitiful",
};

/** Adverbs before a word of grade 2 (3, for -2 and -3 alike) and what they make of it. */
export const adverbs = {
  /** 2 becomes 3. */
  boost: "really, very, extremely, remarkably, truly, incredibly",
  /** 2 becomes 1, on either side of zero. */
  softenGood: "fairly, quite, reasonably, moderately",
  softenBad: "a bit, somewhat, a little, rather, slightly",
  /** 3 stays 3. */
  maximize: "absolutely, simply, just, quite simply",
  /** Of comparatives: much, and a little. */
  far: "much, far, a lot, clearly, considerably",
  near: "slightly, a little, a bit, somewhat, a touch",
} as const;

/** Comparatives that suit any aspect. */
export const generalComparatives = { better: "better, nicer", worse: "worse, more disappointing" } as const;

/** Clauses that say $A of $N, with the writer as $I. */
export const predicateFrames: readonly string[] = [
  "$N $be $A",
  "$N $be $A",
  "$N $be $A",
  "$I found $N $A",
  "$N turned out $A",
  "$N felt $A",
  "$N struck $me as $A",
  "I thought $N $was $A",
  "for $me, $N $be $A",
  "I would call $N $A",
  "I have to say that $N $be $A",
  "$N seemed $A",
];

/** The same for one of two clauses of a sentence. */
export const joinedFrames: readonly string[] = [
  "$N $be $A",
  "$N $be $A",
  "$I found $N $A",
  "$N seemed $A",
  "$N felt $A",
  "$N turned out $A",
];

/** Clauses for what stands out, good or bad. */
export const emphaticFrames: readonly string[] = [
  "above all, $N $be $A",
  "what I remember most is $N, which $be $A",
  "I must mention $N, which $be $A",
  "first of all, $N $be $A",
];

/** Clauses whose verb tells the opinion: the words in brackets. */
export const verbFrames: Readonly<Record<Grade, readonly string[]>> = {
  3: [
    "$I [loved] $N",
    "$I [adored] $N",
    "$I [could not fault] $N",
    "$N [blew $me away]",
    "$I [raved about] $N",
  ],
  2: [
    "$I [liked] $N",
    "$I [enjoyed] $N",
    "$Iwas [impressed] by $N",
    "$Iwas [pleased] with $N",
    "$N [won $me over]",
  ],
  1: [
    "$I [had no complaints] about $N",
    "$I [did not mind] $N",
    "$I [could live with] $N",
    "$I [got along with] $N",
  ],
  [-1]: [
    "$N [left $me cold]",
    "$N [did not convince] $me",
    "$N [could have been better]",
    "$I [had doubts about] $N",
  ],
  [-2]: [
    "$Iwas [disappointed] by $N",
    "$I [disliked] $N",
    "$N [let $me down]",
    "$N [got on my nerves]",
    "$Iwas [unhappy] with $N",
  ],
  [-3]: ["$I [hated] $N", "$N [ruined it for $me]", "$Iwas [appalled] by $N", "$I [could not stand] $N"],
};

/** Clauses that compare $N with that of another item; $C is the comparative. */
export const comparisonFrames: readonly string[] = [
  "$N $be $C than $at",
  "$N $be $C than $at",
  "compared with $other, $N $be $C",
  "next to $other, $N $be $C",
  "I found $N $C than $at",
];

/** Last sentences that suit any item. */
export const generalVerdicts: Readonly<Record<Grade, readonly string[]>> = {
  3: [
    "I [highly recommend] $self.",
    "I [could not be happier].",
    "[Ten out of ten].",
    "[Exceeded every hope] that $I had.",
  ],
  2: ["I [recommend] $self.", "All in all I am [happy] with $self.", "[Thumbs up] from $me."],
  1: [
    "Overall it [will pass], if not more.",
    "[No regrets], but no fireworks.",
    "It is [okay on the whole].",
  ],
  [-1]: [
    "Overall it is [not quite there].",
    "[Nothing to write home about].",
    "I am [in two minds] about $self.",
  ],
  [-2]: ["I [cannot recommend] $self.", "All in all it was [a letdown].", "[Thumbs down], sadly."],
  [-3]: [
    "I would [warn everyone] about $self.",
    "[Save your money].",
    "If I could [give zero stars], I would.",
  ],
};

/** Words with which a sentence starts, before a comma. */
export const lead = {
  habit:
    "To be honest, Frankly, In my opinion, For what it is worth, If you ask me, As far as I am concerned, Personally," +
    " In all fairness, Truth be told, To my mind, As I see it, Without exaggeration, All told, Looking back",
  further: "Also, On top of that, Besides, What is more, In addition, And yes, Likewise",
  however: "However, On the other hand, That said, Then again, Still, At the same time, Mind you",
} as const;

/** Joints of two clauses: $1 and $2 stand for them. */
export const sameSide: readonly string[] = ["$1, and $2", "$1 and $2", "$1, plus $2"];
export const otherSide: readonly string[] = [
  "$1, but $2",
  "although $1, $2",
  "while $1, $2",
  "$1, yet $2",
  "$1; $2, though",
];
