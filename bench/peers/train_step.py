#!/usr/bin/env python3
"""The work of `deno task bench train-step` in PyTorch, for comparison in the same run.

One training step of a shared-bottom multi-task model with equal weights: embedding lookup, bottom MLP, one tower a
task, binary cross-entropy, backward, SparseAdam for the embeddings and Adam for the rest. Needs `python3-torch`
(Debian). Prints one JSON object: the median of the best thread setting, and the medians of all.

    python3 bench/peers/train_step.py --batch 4096 --fields 20 --dim 16 --rows 400000 \
        --bottom 512,256,128 --tower 64 --tasks 4 --steps 12
"""
import argparse
import json
import os
import statistics
import time

import torch


def widths(text):
    return [int(width) for width in text.split(",")]


def mlp(sizes, last_relu):
    layers = []
    for i, (fan_in, fan_out) in enumerate(zip(sizes, sizes[1:])):
        layers.append(torch.nn.Linear(fan_in, fan_out))
        if last_relu or i < len(sizes) - 2:
            layers.append(torch.nn.ReLU())
    return torch.nn.Sequential(*layers)


def measure(options, threads):
    """Median milliseconds of a step."""
    torch.set_num_threads(threads)
    torch.manual_seed(options.seed)
    rows = options.rows // options.fields
    tables = torch.nn.Embedding(rows * options.fields, options.dim, sparse=True)
    bottom = mlp([options.fields * options.dim, *options.bottom], last_relu=True)
    towers = torch.nn.ModuleList(
        mlp([options.bottom[-1], *options.tower, 1], last_relu=False) for _ in range(options.tasks)
    )
    sparse = torch.optim.SparseAdam(list(tables.parameters()), lr=1e-3)
    dense = torch.optim.Adam([*bottom.parameters(), *towers.parameters()], lr=1e-3)
    loss_function = torch.nn.BCEWithLogitsLoss()
    offsets = torch.arange(options.fields) * rows

    batches = [
        (
            torch.randint(rows, (options.batch, options.fields)) + offsets,
            torch.randint(2, (options.tasks, options.batch)).float(),
        )
        for _ in range(4)
    ]
    times = []
    for step in range(options.warmup + options.steps):
        ids, labels = batches[step % len(batches)]
        start = time.perf_counter()
        phi = bottom(tables(ids).view(options.batch, -1))
        loss = sum(loss_function(tower(phi).squeeze(1), y) for tower, y in zip(towers, labels))
        sparse.zero_grad(set_to_none=True)
        dense.zero_grad(set_to_none=True)
        loss.backward()
        sparse.step()
        dense.step()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times[options.warmup:])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in [("batch", 4096), ("fields", 20), ("dim", 16), ("rows", 400_000), ("tasks", 4),
                          ("steps", 12), ("warmup", 3), ("seed", 1)]:
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--bottom", type=widths, default=[512, 256, 128])
    parser.add_argument("--tower", type=widths, default=[64])
    options = parser.parse_args()
    cores = os.cpu_count()
    by_threads = {threads: measure(options, threads) for threads in sorted({1, max(1, cores // 2), cores})}
    best = min(by_threads, key=by_threads.get)
    print(json.dumps({
        "peer": f"PyTorch {torch.__version__}",
        "threads": best,
        "ms": round(by_threads[best], 2),
        "qps": round(options.batch / by_threads[best] * 1000),
        "ms_by_threads": {threads: round(ms, 2) for threads, ms in by_threads.items()},
    }))


if __name__ == "__main__":
    main()
