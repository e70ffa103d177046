"""Fits the heads for answers: which statement answers a question, and whether any does.

usage: answers.py statement  STATEMENT.tsv  src/memory/heads/statement.inc
       answers.py answerable ANSWERABLE.tsv src/memory/heads/answerable.inc

The tables are those of `holdfast-dev features statement|answerable train.jsonl`. The second head reads what the first
one says, so fit the first, build, and print the second table after that. Figures are cross-validated by conversation;
they stand in docs/memories.md. --without CUE… leaves cues out (ablation, nothing is written)."""
import argparse
from collections import defaultdict

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

import heads

STRENGTH = 3.0  # of the penalty on the weights of the first head
C_ANSWERABLE = 0.02
TAKEN = 0.1  # weight of a question whose answer was taken away
WRONG = 0.3  # of one that somebody could answer but the statements in front do not: silence costs nothing there
SILENT = 0.71  # least share of the unanswerable questions to be silent on, for the threshold; those for which nothing is
# found at all come on top


class WeightedHead(heads.Head):
    def fit_weighted(self, table, rows, labels, weights):
        self.mean = table.cues[rows].mean(0)
        self.deviation = table.cues[rows].std(0)
        self.deviation[self.deviation < 1e-6] = 1.0
        self.model = LogisticRegression(C=self.c, max_iter=5000)
        self.model.fit(self._input(table, rows), labels[rows], sample_weight=weights[rows])
        self.classes = list(self.model.classes_)
        return self


class ChoiceHead(heads.Head):
    """A conditional logit: of the statements of one question, which are right? Only differences within a question are
    learned from, so that easy questions do not weigh more than hard ones."""

    def fit_choices(self, table, choices):
        rows = np.concatenate(choices)
        self.mean = table.cues[rows].mean(0)
        self.deviation = table.cues[rows].std(0)
        self.deviation[self.deviation < 1e-6] = 1.0
        cues = [((table.cues[r] - self.mean) / self.deviation, table.label[r] == "1") for r in choices]

        def loss(weights):
            value, slope = STRENGTH * weights @ weights, 2 * STRENGTH * weights
            for x, right in cues:
                sums = x @ weights
                shares = np.exp(sums - sums.max())
                value -= np.log(shares[right].sum() / shares.sum())
                slope -= x[right].T @ (shares[right] / shares[right].sum()) - x.T @ (shares / shares.sum())
            return value, slope

        self.weights = minimize(loss, np.zeros(table.cues.shape[1]), jac=True, method="L-BFGS-B").x
        return self

    def sums(self, table, rows):
        return ((table.cues[rows] - self.mean) / self.deviation) @ self.weights

    def write(self, path, table, name, comment):
        class Model:  # as Head.write reads it
            coef_, intercept_ = self.weights[None], np.zeros(1)

        self.model, self.classes = Model, [0, 1]
        super().write(path, table, name, comment)


def questions(table):
    """Rows by question."""
    by = defaultdict(list)
    for row, name in enumerate(zip(table.case, table.key)):
        by[name].append(row)
    return [np.array(rows) for rows in by.values()]


def statement(table, out):
    asked = [rows for rows in questions(table) if not (table.label[rows] == "?").any()]
    # There is nothing to learn where nothing or everything is right.
    choices = [rows for rows in asked if 0 < (table.label[rows] == "1").sum() < len(rows)]
    sums = np.zeros(len(table.label))
    for train, test in heads.folds(table.case):
        known = set(train)
        sums[test] = ChoiceHead().fit_choices(table, [rows for rows in choices if rows[0] in known]).sums(table, test)
    share = [np.mean([(table.label[rows[np.argsort(-sums[rows], kind="stable")[:k]]] == "1").any() for rows in asked])
             for k in (1, 2, 3)]
    any_ = np.mean([(table.label[rows] == "1").any() for rows in asked])
    print(f"{len(asked)} questions: right first {share[0]:.3f}, in the first two {share[1]:.3f}, three {share[2]:.3f}, anywhere {any_:.3f}")
    if out:
        ChoiceHead().fit_choices(table, choices).write(out, table, "answers", "Which statement answers a question.")


def answerable(table, out):
    taken = np.char.endswith(table.key.astype(str), ":taken")
    labels = np.where(table.label == "1", 1, 0)
    weights = np.where(taken, TAKEN, np.where(table.label == "wrong", WRONG, 1.0))
    rows = np.arange(len(labels))
    sums = np.zeros(len(labels))
    for train, test in heads.folds(table.case):
        sums[test] = WeightedHead(C_ANSWERABLE).fit_weighted(table, train, labels, weights).sums(table, test)
    scores = np.round(64 / (1 + np.exp(-sums))) / 64
    silent = (table.label == "0") & ~taken
    right = table.label == "1"
    print(f"AUC {roc_auc_score(right[silent | right], sums[silent | right]):.3f}: {right.sum()} right answers, {silent.sum()} unanswerable")
    best = None
    for threshold in np.arange(0, 65) / 64:
        kept = scores >= threshold
        share, total = (silent & ~kept).sum() / silent.sum(), (right & kept).sum() + (silent & ~kept).sum()
        print(f"  threshold {threshold:.3f}: silent on {share:.3f} of the unanswerable, gives {(right & kept).sum() / right.sum():.3f} of the right answers, {total} right in all")
        if share >= SILENT and (best is None or total > best[0]):
            best = (total, threshold)
    print(f"threshold {best[1]:.3f}")
    if out:
        head = WeightedHead(C_ANSWERABLE).fit_weighted(table, rows, labels, weights)
        # Moved so that the program's threshold is one half.
        head.model.intercept_ -= np.log(best[1] / (1 - best[1]))
        head.write(out, table, "answerable", "Whether what was found answers the question at all.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("head", choices=["statement", "answerable"])
    parser.add_argument("table")
    parser.add_argument("out", nargs="?")
    parser.add_argument("--without", nargs="*", default=[])
    arguments = parser.parse_args()
    table = heads.Table(arguments.table).without(arguments.without)
    globals()[arguments.head](table, None if arguments.without else arguments.out)
