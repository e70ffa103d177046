"""Fits the head that tells facts, events, instructions and tasks apart.

usage: type.py TABLE.tsv[=WEIGHT]... WEIGHTS.inc       TABLE: the output of `holdfast-dev features type FILE.jsonl`

Prints the share of right types, cross-validated by conversation, and which are taken for which."""
import argparse
import sys

import numpy as np

from heads import Head, Table, cross_validated


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("table", nargs="+")
    parser.add_argument("weights")
    parser.add_argument("--c", type=float, default=0.05)
    parser.add_argument("--blocks", default="")
    parser.add_argument("--show", action="store_true", help="print what is taken for something else")
    arguments = parser.parse_args()
    table = Table.joined(arguments.table)
    # There may be no answer yet: the type does not depend on it.
    table = table.without([name for name in table.names if name.startswith("next_")])
    blocks = tuple(int(block) for block in arguments.blocks.split(",") if block)
    classes = np.array(sorted(set(table.label)))
    # Whoever labels has a measure of their own for what is a fact: each type counts as it does in the first file.
    for label in classes:
        of_label = table.label == label
        others = ~table.of_first
        if others.any():
            table.weight[others & of_label] *= of_label[table.of_first].mean() / max(1e-9, of_label[others].mean())
    sums = cross_validated(table, lambda: Head(arguments.c, blocks=blocks))
    guess = classes[sums.argmax(1)]
    print(f"{len(table.label)} units; right {np.mean(guess == table.label):.3f} (all facts {np.mean(table.label == 'fact'):.3f})")
    for label in classes:
        counts = ", ".join(f"{other} {np.sum((table.label == label) & (guess == other))}" for other in classes)
        print(f"  {label:12s} taken for {counts}")
    if arguments.show:
        for i in np.where(guess != table.label)[0]:
            print(f"    {table.label[i]} taken for {guess[i]}: {table.text[i][:150]}")
    head = Head(arguments.c, blocks=blocks).fit(table, np.arange(len(table.label)))
    head.write(arguments.weights, table, "type", "Fact, event, instruction or task.")
    for k, label in enumerate(head.classes):
        order = np.argsort(-abs(head.model.coef_[k][:len(table.names)]))[:10]
        print(f"  {label}: " + ", ".join(f"{table.names[i]} {head.model.coef_[k][i]:+.2f}" for i in order))
    return 0


if __name__ == "__main__":
    sys.exit(main())
