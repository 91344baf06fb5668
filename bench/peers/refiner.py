#!/usr/bin/env python3
"""The work of `deno task bench refiner` in PyTorch, for comparison in the same run.

One training step of a sentence model: word embeddings, GRU over a batch of sentences, a linear layer over the
vocabulary, cross-entropy, backward, gradient-norm clip at 1, and Adam. Needs `python3-torch` (Debian). Takes a step for
every line of its input, `dense` for embeddings with dense gradients and Adam or `sparse` for SparseAdam, and prints its
milliseconds, of the clock and of the processors.

    yes sparse | head -6 | OPENBLAS_NUM_THREADS=1 python3 bench/peers/refiner.py --batch 256 --tokens 25 \
        --embedding 300 --hidden 300 --vocabulary 20000 --threads 1
"""
import argparse
import sys
import time

import torch


def stepper(options, sparse):
    """A function that takes one training step and returns its milliseconds, of the clock and of the processors."""
    torch.manual_seed(options.seed)
    V, E, H = options.vocabulary, options.embedding, options.hidden
    words = torch.nn.Embedding(V, E, sparse=sparse)
    gru = torch.nn.GRU(E, H)
    output = torch.nn.Linear(H, V)
    others = [*gru.parameters(), *output.parameters()]
    if sparse:
        optimizers = [torch.optim.SparseAdam(list(words.parameters())), torch.optim.Adam(others)]
    else:
        optimizers = [torch.optim.Adam([*words.parameters(), *others])]
    loss_function = torch.nn.CrossEntropyLoss()
    batches = [
        torch.randint(V, (2, options.tokens, options.batch)) for _ in range(4)
    ]
    taken = 0

    def step():
        nonlocal taken
        inputs, labels = batches[taken % len(batches)]
        taken += 1
        start, start_cpu = time.perf_counter(), time.process_time()
        states, _ = gru(words(inputs))
        loss = loss_function(output(states).view(-1, V), labels.view(-1))
        for optimizer in optimizers:
            optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_([*words.parameters(), *others], 1.0)
        for optimizer in optimizers:
            optimizer.step()
        loss.item()
        return (time.perf_counter() - start) * 1000, (time.process_time() - start_cpu) * 1000

    return step


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in [("batch", 256), ("tokens", 25), ("embedding", 300), ("hidden", 300),
                          ("vocabulary", 20_000), ("threads", 1), ("seed", 1)]:
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    steppers = {"dense": stepper(options, False), "sparse": stepper(options, True)}
    print(f"PyTorch {torch.__version__}", flush=True)
    for line in sys.stdin:
        print(*(round(ms, 1) for ms in steppers[line.strip()]()), flush=True)


if __name__ == "__main__":
    main()
