#!/usr/bin/env python3
"""Fits weights of recall by asking the binary: coordinate search over `holdfast-dev bench … --set`, and what that is
worth on conversations it has not seen.

usage: fit_recall.py BINARY locomo|beam FILE CACHE NAME=VALUE,… …

CACHE is a directory that `bench --cache CACHE` filled. A NAME is a signal (chat.late, dialogue.speaker) or a channel
(vector); its weight is tried at each of the values given. The best is kept and the round over all names repeated until
nothing is gained.

The gain is .6 recall@10 + .2 recall@5 + .2 MRR. Leave-one-conversation-out: of all settings that were tried, the one
that is best on the other conversations is judged on the one left out; the mean over conversations is printed beside
the figure of the setting chosen on all.
"""
import collections
import csv
import subprocess
import sys
import tempfile

binary, kind, path, cache = sys.argv[1:5]
coordinates = {}
for argument in sys.argv[5:]:
    name, _, values = argument.partition("=")
    coordinates[name] = [float(value) for value in values.split(",")]

tried = {}


def run(setting):
    key = tuple(sorted(setting.items()))
    if key in tried:
        return tried[key]
    with tempfile.NamedTemporaryFile(suffix=".tsv") as lines:
        command = [binary, "bench", kind, path, "--cache", cache, "--per-question", lines.name]
        for name, value in key:
            command += ["--set", f"{name}={value}"]
        subprocess.run(command, check=True, capture_output=True)
        by_conversation = collections.defaultdict(lambda: [0, 0.0, 0.0, 0.0])
        for row in csv.DictReader(open(lines.name), delimiter="\t", quoting=csv.QUOTE_NONE):
            ranks = [int(rank) for rank in row["ranks"].split()]
            if not ranks or (kind == "locomo" and row["category"] == "5"):
                continue
            sums = by_conversation[row["conversation"]]
            sums[0] += 1
            sums[1] += sum(0 < rank <= 10 for rank in ranks) / len(ranks)
            sums[2] += sum(0 < rank <= 5 for rank in ranks) / len(ranks)
            sums[3] += max((1 / rank for rank in ranks if rank), default=0)
    tried[key] = dict(by_conversation)
    return tried[key]


def figures(result, leave_out=None):
    kept = [sums for conversation, sums in result.items() if conversation != leave_out]
    count = sum(sums[0] for sums in kept)
    return [sum(sums[at] for sums in kept) / count for at in (1, 2, 3)]


def gain(result, leave_out=None):
    r10, r5, mrr = figures(result, leave_out)
    return 0.6 * r10 + 0.2 * r5 + 0.2 * mrr


def left_out():
    sums = [0, 0.0, 0.0, 0.0]
    for conversation in next(iter(tried.values())):
        best = max(tried.values(), key=lambda result: gain(result, conversation))
        sums = [a + b for a, b in zip(sums, best[conversation])]
    return [sums[at] / sums[0] for at in (1, 2, 3)]


def text(numbers):
    return "R@10 {:.4f}  R@5 {:.4f}  MRR {:.4f}".format(*numbers)


chosen = {}
best = gain(run(chosen))
print("shipped         ", text(figures(run(chosen))), flush=True)
improved = True
while improved:
    improved = False
    for name, values in coordinates.items():
        for value in values:
            setting = {**chosen, name: value}
            result = run(setting)
            if gain(result) > best + 1e-4:
                best, chosen, improved = gain(result), setting, True
            print(f"  {name}={value:<8g}", text(figures(result)), "*" if chosen == setting else "", flush=True)
print("chosen          ", text(figures(run(chosen))), " ".join(f"{k}={v:g}" for k, v in chosen.items()))
print("left out        ", text(left_out()))
