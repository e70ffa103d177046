"""Fits the heads for answers: which statement answers a question, and whether any does.

usage: answers.py statement  STATEMENT.tsv…  --out src/memory/heads/statement.inc
       answers.py answerable ANSWERABLE.tsv… --out src/memory/heads/answerable.inc

The tables are those of `holdfast-dev features statement|answerable FILE.jsonl`, one a file of conversations: all are learned
from, figures and the threshold are of the first. The second head reads what the first
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
C_ANSWERABLE = 0.05
# Weight of the questions of further tables. Conversations that other people wrote ask in another manner: for whether
# there is an answer their manner counts for more than what is asked, so that as much of it would do harm.
OTHERS = {"statement": 0.3, "answerable": 0.1}
WRONG = 0.3  # of one that somebody could answer but the statements in front do not: silence costs nothing there
SILENT = 0.72  # least share of the unanswerable questions to be silent on, for the threshold: the head that has seen them all
# is silent on more


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

    def fit_choices(self, table, choices, weights):
        rows = np.concatenate(choices)
        self.mean = table.cues[rows].mean(0)
        self.deviation = table.cues[rows].std(0)
        self.deviation[self.deviation < 1e-6] = 1.0
        cues = [((table.cues[r] - self.mean) / self.deviation, table.label[r] == "1", weights[r[0]]) for r in choices]

        def loss(weights):
            value, slope = STRENGTH * weights @ weights, 2 * STRENGTH * weights
            for x, right, weight in cues:
                sums = x @ weights
                shares = np.exp(sums - sums.max())
                value -= weight * np.log(shares[right].sum() / shares.sum())
                slope -= weight * (x[right].T @ (shares[right] / shares[right].sum()) - x.T @ (shares / shares.sum()))
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


def statement(table, out, first):
    asked = [rows for rows in questions(table) if not (table.label[rows] == "?").any()]
    judged = [rows for rows in asked if first[rows[0]]]
    # There is nothing to learn where nothing or everything is right.
    choices = [rows for rows in asked if 0 < (table.label[rows] == "1").sum() < len(rows)]
    weights = np.where(first, 1, OTHERS["statement"])
    sums = np.zeros(len(table.label))
    for train, test in heads.folds(table.case):
        known = set(train)
        head = ChoiceHead().fit_choices(table, [rows for rows in choices if rows[0] in known], weights)
        sums[test] = head.sums(table, test)
    share = [np.mean([(table.label[rows[np.argsort(-sums[rows], kind="stable")[:k]]] == "1").any() for rows in judged])
             for k in (1, 2, 3)]
    any_ = np.mean([(table.label[rows] == "1").any() for rows in judged])
    print(f"{len(judged)} questions: right first {share[0]:.3f}, in the first two {share[1]:.3f}, three {share[2]:.3f}, anywhere {any_:.3f}")
    if out:
        ChoiceHead().fit_choices(table, choices, weights).write(out, table, "answers", "Which statement answers a question.")


def answerable(table, out, first):
    """`first`: the rows that are judged by, of the first table."""
    labels = np.where(table.label == "1", 1, 0)
    weights = np.where(table.label == "wrong", WRONG, 1.0) * np.where(first, 1, OTHERS["answerable"])
    rows = np.arange(len(labels))
    sums = np.zeros(len(labels))
    for train, test in heads.folds(table.case):
        sums[test] = WeightedHead(C_ANSWERABLE).fit_weighted(table, train, labels, weights).sums(table, test)
    scores = np.round(64 / (1 + np.exp(-sums))) / 64
    silent = (table.label == "0") & first
    right = (table.label == "1") & first
    print(f"AUC {roc_auc_score(right[silent | right], sums[silent | right]):.3f}: {right.sum()} right answers, {silent.sum()} unanswerable")
    best = None
    for threshold in np.arange(0, 65) / 64:
        kept = scores >= threshold
        share, total = (silent & ~kept).sum() / silent.sum(), (right & kept).sum() + (silent & ~kept).sum()
        if 0 < share < 1:
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
    parser.add_argument("tables", nargs="+")
    parser.add_argument("--out")
    parser.add_argument("--without", nargs="*", default=[])
    arguments = parser.parse_args()
    tables = [heads.Table(path) for path in arguments.tables]
    table = heads.joined(tables).without(arguments.without)
    first = np.arange(len(table.label)) < len(tables[0].label)
    globals()[arguments.head](table, None if arguments.without else arguments.out, first)
