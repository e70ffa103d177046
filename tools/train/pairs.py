"""Fits the head that says whether a memory takes the place of an older one (src/memory/ingest/pair_head.h).

    conversations.py train.jsonl … --again again.jsonl --pairs pairs.jsonl > all.jsonl
    HOLDFAST_MODEL=… holdfast-dev features pairs all.jsonl > pairs.tsv
    holdfast-dev features pairs all.jsonl > by_words.tsv
    pairs.py all.jsonl pairs.tsv by_words.tsv src/memory/heads/replaces.inc [--no-cv]

Rows are parts of a newer memory, each beside the part of an older one that it is closest to. A pair of memories is
labelled by the conversation's `replaces` (which messages) and `supersedes` (which words); of a labelled pair, the row
whose parts hold those words is the one that says so. train.jsonl does not label everything: pair_labels.tsv holds
what was read and labelled by hand afterwards, among the pairs an earlier fit took for replacements. What is in none of
these counts as no replacement. Pairs labelled as living beside each other count threefold, pairs that say the same
twice. The same trees serve with and without vectors, so they see every row both ways.

Prints, cross-validated by conversation: area under the curve, best F1 by pair, and for each threshold what
eval_memories.py would count, by replaying the decisions with the older memory split.
"""
import json
import os
import sys
from collections import Counter, defaultdict

import numpy as np
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score

from heads import Table, Trees, folds

AT_MOST = 2  # older ones by one newer, as kReplacesAtMost


def fold(text):
    return " ".join(text.lower().replace("’", "'").split())


def any_of(text, term):
    return any(fold(word) in text for word in (term if isinstance(term, list) else [term]))


def has(text, terms):
    return all(any_of(text, term) for term in terms)


def share(text, terms):
    return sum(any_of(text, term) for term in terms) / len(terms)


def by_hand(path):
    with open(path, encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file if not line.startswith("#")]
    return {tuple(row[:3]): row[3] for row in rows}


class Pairs:
    def __init__(self, cases, table, hand):
        self.cases, self.table = cases, table
        self.rows = [json.loads(text) for text in table.text]
        self.bags = defaultdict(list)
        for at, (case, key) in enumerate(zip(table.case, table.key)):
            self.bags[case, key].append(at)
        self.label = np.zeros(len(self.rows), int)
        self.weight = np.ones(len(self.rows))
        self.cover = table.cues[:, table.names.index("cover")] + 0.3 * table.cues[:, table.names.index("shared")]
        for (case, _), bag in self.bags.items():
            self._label(cases[case], case, bag, hand)

    def _label(self, case, name, bag, hand):
        row = self.rows[bag[0]]
        older, newer = fold(row["old"]), fold(row["new"])
        old_from, new_from = set(row["old_from"].split(",")), set(row["new_from"].split(","))
        topics = {topic["about"]: topic for topic in case.get("supersedes", [])}
        found = []
        for pair in case.get("replaces", []):
            if old_from & set(pair["oldFrom"]) and new_from & set(pair["newFrom"]):
                topic = topics.get(pair["about"])
                if topic is None or has(older, topic["old"]):
                    found.append(topic)
        for topic in topics.values():
            if topic not in found and has(older, topic["old"]) and has(newer, topic["new"]) and not has(older, topic["new"]):
                found.append(topic)
        same = any((a in old_from and b in new_from) or (b in old_from and a in new_from) for a, b in case.get("same", []))
        if same or "told" in case:  # what else is told twice stands in the conversation itself
            self.weight[bag] = 2 if same else 0
            return
        said = {hand.get((name, a, b)) for a in old_from for b in new_from}
        if not found and "1" in said:
            found = [None]
        if not found:
            beside = any((old_from & set(a) and new_from & set(b)) or (old_from & set(b) and new_from & set(a))
                         for a, b in case.get("coexistFrom") or [])
            beside = beside or any((has(older, a) and has(newer, b)) or (has(older, b) and has(newer, a))
                                   for a, b in case.get("coexist", []))
            self.weight[bag] = 0 if "?" in said else 3 if beside else 2 if "0" in said else 1
            return
        for topic in found:
            def fits(at):
                words = self.cover[at] / 2
                if topic is not None:
                    words += 2 * share(fold(self.rows[at]["old_parts"][self.rows[at]["old_part"]]), topic["old"])
                    words += 2 * share(fold(self.rows[at]["new_part"]), topic["new"])
                return words
            self.label[max(bag, key=fits)] = 1
        for at in bag:  # what else such a pair says of each other is not known
            if not self.label[at]:
                self.weight[at] = 0.3

    def replay(self, probability, threshold):
        """supersede, coexist as eval_memories.py counts them, and how many memories were replaced."""
        count = Counter()
        pairs = defaultdict(list)
        for (case, key), bag in self.bags.items():
            pairs[case].append((*map(int, key.split(">")), bag))
        for name, case in self.cases.items():
            memories, found = {}, defaultdict(list)
            for old, new, bag in pairs[name]:
                row = self.rows[bag[0]]
                memories[old] = {"text": row["old"], "type": row["old_type"], "parts": row["old_parts"], "gone": set()}
                memories.setdefault(new, {"text": row["new"], "type": row["new_type"], "parts": [], "gone": set()})
                parts = {self.rows[at]["old_part"] for at in bag if probability[at] >= threshold}
                if parts:
                    found[new].append((max(probability[at] for at in bag), old, parts))
            for new in sorted(found):
                left = AT_MOST
                for _, old, parts in sorted(found[new], key=lambda one: (-one[0], -one[1])):
                    if left and not parts <= memories[old]["gone"]:
                        left -= 1
                        memories[old]["gone"] |= parts
                        count["replaced"] += 1
                        if memories[new]["type"] == "event" and memories[old]["type"] != "task":
                            memories[new]["type"] = "fact"
            current, keyed = [], []
            for memory in memories.values():
                text = memory["text"]
                if memory["gone"]:
                    text = ", ".join(part for at, part in enumerate(memory["parts"]) if at not in memory["gone"])
                    if len(text) < 18 or memory["type"] == "task":
                        continue
                current.append(fold(text))
                if memory["type"] in ("fact", "instruction"):
                    keyed.append(fold(text))
            for topic in case.get("supersedes", []):
                stale = any(has(text, topic["old"]) and not has(text, topic["new"]) for text in keyed)
                count["changed"] += 1
                count["superseded"] += any(has(text, topic["new"]) for text in current) and not stale
            for a, b in case.get("coexist", []):
                count["beside"] += 1
                count["coexist"] += any(has(text, a) for text in current) and any(has(text, b) for text in current)
        return count["superseded"] / max(1, count["changed"]), count["coexist"] / max(1, count["beside"]), count["replaced"]

    def best(self, scores):
        return (np.array([max(scores[at] for at in bag) for bag in self.bags.values()]),
                np.array([max(self.label[at] for at in bag) for bag in self.bags.values()]))


def report(name, pairs, probability):
    scores, labels = pairs.best(probability)
    precision, recall, thresholds = precision_recall_curve(labels, scores)
    f1 = 2 * precision * recall / (precision + recall + 1e-9)
    at = f1[:-1].argmax()
    print(f"{name}: {labels.sum()} of {len(labels)} pairs; AUC {roc_auc_score(labels, scores):.3f}, average precision "
          f"{average_precision_score(labels, scores):.3f}, best F1 {f1[at]:.3f} (precision {precision[at]:.2f}, recall "
          f"{recall[at]:.2f}, threshold {thresholds[at]:.2f})")


def load(cases, path, hand):
    with open(cases, encoding="utf-8") as file:
        return Pairs({case["id"]: case for case in map(json.loads, filter(str.strip, file))}, Table(path), hand)


class Both:
    """The rows with vectors and those by words alone, as one table."""

    def __init__(self, tables):
        self.tables = tables
        self.names = tables[0].table.names
        self.cues = np.vstack([one.table.cues for one in tables])
        self.label = np.concatenate([one.label for one in tables])
        self.weight = np.concatenate([one.weight for one in tables])
        self.group = np.array([name.split("~")[0] for one in tables for name in one.table.case])

    def fit(self, rows):
        rows = rows[self.weight[rows] > 0]
        return Trees().fit(self.cues[rows], self.label[rows], self.weight[rows])

    def split(self, values):
        return np.split(values, np.cumsum([len(one.rows) for one in self.tables])[:-1])


def main():
    cases, path = sys.argv[1], sys.argv[4]
    hand = by_hand(os.path.join(os.path.dirname(os.path.abspath(__file__)), "pair_labels.tsv"))
    both = Both([load(cases, table, hand) for table in sys.argv[2:4]])
    if "--no-cv" not in sys.argv:
        probability = np.zeros(len(both.label))
        for train, test in folds(both.group, 6):
            probability[test] = both.fit(train).probability(both.cues[test])
        for name, pairs, scores in zip(("with vectors", "by words"), both.tables, both.split(probability)):
            report(name, pairs, scores)
            for threshold in (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 2):
                supersede, coexist, replaced = pairs.replay(scores, threshold)
                print(f"threshold {threshold}: supersede {supersede:.3f} coexist {coexist:.3f} product "
                      f"{supersede * coexist:.3f} ({replaced} replaced)")
    both.fit(np.arange(len(both.label))).write(
        path, both.names, "replaces", "Whether a part of a memory takes the place of a part of an older one.")


if __name__ == "__main__":
    main()
