"""Fits the head that says whether a memory says what an older one says, in other words (src/memory/ingest/same.h).

    conversations.py train.jsonl … --again again.jsonl --pairs pairs.jsonl > all.jsonl
    HOLDFAST_MODEL=… holdfast-dev features same all.jsonl > same.tsv
    same.py all.jsonl same.tsv src/memory/heads/same.inc

Rows are pairs of memories that are somewhat alike. In conversations told twice, and in pairs that are labelled so, the
messages that say the same are known; of the memories of two such messages those are the same that are most alike to
each other. Everything else is not, except repetitions that nobody labelled; memories of which one replaces the other,
or that are labelled to live beside each other, count threefold. Every third conversation told twice is held out, to
measure how much a second telling adds (docs/memories.md).
"""
import json
import sys
from collections import defaultdict

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score

from heads import Head, Table, folds


def labelled(cases, table):
    label, weight = np.zeros(len(table.case), int), np.zeros(len(table.case))
    likeness = table.cues[:, table.names.index("likeness")]
    twice = [name for name in cases if "told" in cases[name]]
    held = set(twice[2::3])
    partners = defaultdict(list)
    for at, (name, text) in enumerate(zip(table.case, table.text)):
        case, row = cases[name], json.loads(text)
        old, new = set(row["old_from"].split(",")), set(row["new_from"].split(","))
        if name in held:
            continue
        if any((a in old and b in new) or (b in old and a in new) for a, b in case.get("same", [])):
            partners[name, "old", row["old"], row["old_from"]].append(at)
            partners[name, "new", row["new"], row["new_from"]].append(at)
            continue
        if "told" in case:
            continue  # the rest of what is told twice stands in the conversation itself
        beside = any((old & set(a) and new & set(b)) or (old & set(b) and new & set(a))
                     for a, b in case.get("coexistFrom") or [])
        replaced = any(old & set(pair["oldFrom"]) and new & set(pair["newFrom"]) for pair in case.get("replaces", []))
        weight[at] = 3 if beside or replaced else 1
    best = defaultdict(int)
    for rows in partners.values():
        best[max(rows, key=lambda at: likeness[at])] += 1
    for at, sides in best.items():
        if sides == 2 and likeness[at] >= 0.45:
            label[at] = weight[at] = 1
    return label, weight


class SameHead(Head):
    def __init__(self, weight, c=0.05):
        super().__init__(c)
        self.weight = weight

    def fit(self, table, rows, labels=None):
        rows = np.asarray(rows)
        rows = rows[self.weight[rows] > 0]
        self.mean, self.deviation = table.cues[rows].mean(0), table.cues[rows].std(0)
        self.deviation[self.deviation < 1e-6] = 1.0
        self.model = LogisticRegression(C=self.c, max_iter=5000).fit(
            self._input(table, rows), labels[rows], sample_weight=self.weight[rows])
        self.classes = list(self.model.classes_)
        return self


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        cases = {case["id"]: case for case in map(json.loads, filter(str.strip, file))}
    table = Table(sys.argv[2])
    label, weight = labelled(cases, table)
    group = np.array([name.split("~")[0] for name in table.case])
    sums = np.zeros(len(label))
    for train, test in folds(group):
        sums[test] = SameHead(weight).fit(table, train, label).sums(table, test)
    probability = 1 / (1 + np.exp(-sums))
    known = weight > 0
    print(f"{label.sum()} of {known.sum()} pairs; cross-validated: AUC {roc_auc_score(label[known], probability[known]):.3f}, "
          f"average precision {average_precision_score(label[known], probability[known]):.3f}")
    for threshold in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7):
        taken = probability >= threshold
        print(f"threshold {threshold}: {(taken & (label == 1)).sum() / label.sum():.3f} of the same, of the others "
              f"{(taken & known & (label == 0)).sum()}, of those labelled apart {(taken & (weight == 3)).sum()} of {(weight == 3).sum()}")
    if "--show" in sys.argv:
        for at in np.argsort(-probability):
            row = json.loads(table.text[at])
            if known[at] and (label[at] == 0) == (probability[at] >= 0.5):
                print(f"{label[at]} {probability[at]:.2f} x{weight[at]:.0f} {table.case[at]}: {row['old']} | {row['new']}")
    head = SameHead(weight).fit(table, np.arange(len(label)), label)
    coefficients = head.model.coef_[0]
    print(", ".join(f"{table.names[at]} {coefficients[at]:+.2f}" for at in np.argsort(-abs(coefficients))[:30]))
    head.write(sys.argv[3], table, "same", "Whether a memory says what an older one says, in other words.")


if __name__ == "__main__":
    main()
