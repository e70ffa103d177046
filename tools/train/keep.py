"""Fits the head that decides what is worth a memory.

usage: keep.py TABLE.tsv[=WEIGHT]... WEIGHTS.inc [--cases FILE.jsonl]... [--ablate]

TABLE is the output of `holdfast-dev features keep FILE.jsonl`; of several, each may count more or less. Prints, cross-validated by conversation, the area under
the curve and, for each threshold, the share of labelled memories found (with --cases: with all their words) and of junk
among what is kept; the threshold to use has the highest found x (1 - junk)^2. --ablate: the same without each family."""
import argparse
import json
import sys

import numpy as np
from sklearn.metrics import roc_auc_score

from heads import Head, Table, cross_validated

FAMILIES = {
    "the answer": ["next_answers", "next_acknowledges", "next_long", "next_short", "next_same_number", "next_asks"],
    "what came before": ["after_machine", "after_person", "after_question"],
    "place in the session": ["position", "opens_session", "first_messages"],
    "the rest of the message": ["units", "states_under_25", "states_under_50", "states_over_160", "says_over_400",
                                "says_over_800", "asks_too", "requests_too", "fenced", "pasted"],
    "dates": ["dated", "several_dates", "past_date", "date_of_today", "future_date"],
    "topics and known values": ["keyed", "known_value"],
    "shape": ["log_length", "under_25", "under_50", "over_160", "digit_share", "capital_share", "begins_lower",
              "address", "colon", "bracket"],
    "doubt (hypothesis, joke, hearsay)": ["hypothetical", "unsure", "joke", "reports", "quotation", "retracts",
                                         "question_mark", "asks"],
    "rules (always, never, only)": ["always", "forbids", "imperative", "remember", "aside", "routine"],
    "change and state of work": ["change", "strong_change", "decides", "open", "unfinished", "done", "cancels"],
}

fold = lambda text: " ".join(text.lower().replace("’", "'").split())


def holds(text, gold):
    one = lambda term: any(fold(word) in text for word in (term if isinstance(term, list) else [term]))
    return all(one(term) for term in gold["must"]) and not any(one(term) for term in gold.get("not", []))


class Measure:
    def __init__(self, table, cases):
        self.table = table
        by_key = {}
        for row, key in enumerate(zip(table.case, table.key)):
            by_key.setdefault(key, []).append(row)
        self.gold = []  # rows of which one has to be kept
        for case in cases:
            for gold in case["gold"]:
                rows = [row for key in gold["from"] for row in by_key.get((case["id"], key), [])]
                self.gold.append([row for row in rows if len(table.text[row]) <= 300 and holds(fold(table.text[row]), gold)])
        if not cases:
            self.gold = [[row] for row in np.where(table.label == "1")[0]]
        self.messages = {}
        for row, key in enumerate(zip(table.case, table.key)):
            self.messages.setdefault(key, []).append(row)

    def kept(self, score, threshold, beside):
        keep = score >= threshold
        for rows in self.messages.values():
            if len(rows) > 1 and score[rows].max() >= threshold:
                keep[rows] = score[rows] >= beside
        return keep

    def at(self, score, threshold, beside):
        keep = self.kept(score, threshold, beside)
        found = np.mean([bool(keep[rows].any()) if rows else False for rows in self.gold])
        junk = np.sum(keep & (self.table.label == "0")) / max(1, keep.sum())
        return found, junk, found * (1 - junk) ** 2, keep.sum()


def unanswered(table):
    """The rows once more as they look before there is an answer, so that the head does not lean on it."""
    copy = table.without([])
    zero = [i for i, name in enumerate(table.names) if name.startswith("next_")]
    extra = table.cues.copy()
    extra[:, zero] = 0
    copy.cues = np.vstack([table.cues, extra])
    for name in ("case", "key", "label", "weight"):
        setattr(copy, name, np.concatenate([getattr(table, name)] * 2))
    copy.text = table.text * 2
    copy.vectors = [np.vstack([vectors] * 2) for vectors in table.vectors]
    return copy


def scores(table, c, blocks=()):
    both = unanswered(table)
    known = np.where(both.label != "?")[0]
    sums = cross_validated(both, lambda: Head(c, blocks=blocks), known)
    return np.round(64 / (1 + np.exp(-sums[:len(table.label)]))) / 64


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("table", nargs="+")
    parser.add_argument("weights")
    parser.add_argument("--cases", action="append", default=[])
    parser.add_argument("--c", type=float, default=0.03)
    parser.add_argument("--blocks", default="", help="vector blocks to use, as 0,1")
    parser.add_argument("--ablate", action="store_true")
    arguments = parser.parse_args()
    table = Table.joined(arguments.table)
    blocks = tuple(int(block) for block in arguments.blocks.split(",") if block)
    cases = [json.loads(line) for path in arguments.cases for line in open(path, encoding="utf-8") if line.strip()]
    measure = Measure(table, cases)
    print(f"{len(table.label)} units, {np.sum(table.label == '1')} kept, {np.sum(table.label == '0')} junk; "
          f"with everything kept found {np.mean([bool(rows) for rows in measure.gold]):.3f}")

    def best(score):
        grid = [(measure.at(score, t, b)[2], t, b) for t in np.arange(16, 48) / 64 for b in (t - .25, t - .125, t)]
        return max(grid)

    known = table.label != "?"
    score = scores(table, arguments.c, blocks)
    print(f"area under the curve {roc_auc_score(table.label[known] == '1', score[known]):.3f}")
    top, threshold, beside = best(score)
    for t, b in sorted({(threshold, beside), (.3, .3), (.4, .4), (.5, .5), (.6, .6), (.4, .3), (.5, .3)}):
        found, junk, value, kept = measure.at(score, t, b)
        mark = " <- best" if (t, b) == (threshold, beside) else ""
        print(f"threshold {t:.3f} beside {b:.3f}: found {found:.3f} junk {junk:.3f} value {value:.3f} of {kept}{mark}")
    if arguments.ablate:
        for family, names in FAMILIES.items():
            value = best(scores(table.without(names), arguments.c, blocks))[0]
            print(f"  without {family}: {value - top:+.3f}")
    both = unanswered(table)
    head = Head(arguments.c, blocks=blocks).fit(both, np.where(both.label != "?")[0])
    head.write(arguments.weights, table, "keep", "Whether a unit is worth remembering.")
    order = np.argsort(-abs(head.model.coef_[0][:len(table.names)]))[:24]
    print(", ".join(f"{table.names[i]} {head.model.coef_[0][i]:+.2f}" for i in order))
    return 0


if __name__ == "__main__":
    sys.exit(main())
