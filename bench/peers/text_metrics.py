"""The work of `deno task bench text-metrics` in NLTK; the benchmark starts this itself.

    python3 text_metrics.py HYPOTHESES REFERENCES OUTPUTS

Files of one tokenized sentence a line. Prints one JSON object of seconds. Reading and splitting are not timed.
Self-BLEU and the bootstrap would take NLTK hours: a few of their rounds are timed, and scaled up.
"""
import json
import random
import sys
import time

import nltk
from nltk.translate.bleu_score import SmoothingFunction, corpus_bleu, sentence_bleu

SELF_BLEU_ROUNDS = 3
RESAMPLES = 1000
RESAMPLES_TIMED = 3


def read(path):
    with open(path, encoding="utf-8") as file:
        return [line.split() for line in file]


def timed(work):
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def main():
    hypotheses, references, outputs = (read(path) for path in sys.argv[1:4])
    lists = [[reference] for reference in references]
    bleu, score = timed(lambda: corpus_bleu(lists, hypotheses))

    smooth = SmoothingFunction().method1
    rounds, _ = timed(lambda: [
        sentence_bleu(outputs[:i] + outputs[i + 1:], outputs[i], smoothing_function=smooth)
        for i in range(SELF_BLEU_ROUNDS)
    ])

    lines = len(outputs)
    draws = [[random.randrange(lines) for _ in range(lines)] for _ in range(RESAMPLES_TIMED)]
    resamples, _ = timed(lambda: [
        corpus_bleu([lists[i] for i in draw], [hypotheses[i] for i in draw]) for draw in draws
    ])
    print(json.dumps({
        "nltk": nltk.__version__,
        "python": sys.version.split()[0],
        "score": score,
        "corpusBleu": bleu,
        "selfBleu": rounds * len(outputs) / SELF_BLEU_ROUNDS,
        "bootstrap": resamples * RESAMPLES / RESAMPLES_TIMED,
    }))


main()
