"""Common to the training of the heads: tables of features, logistic regression, boosted trees, cross-validation by
conversation, and the weights files (src/memory/heads/linear_head.h and tree_head.h say how they are written)."""
import re

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

FIXED = 4  # case, key, label, text


class Table:
    """The output of `holdfast-dev features`. `weight`: what each row counts when a head is fitted."""

    @staticmethod
    def joined(named):
        """The tables of several files, each named PATH or PATH=WEIGHT."""
        tables = []
        for name in named:
            path, _, weight = name.partition("=")
            tables.append(Table(path))
            tables[-1].weight[:] = float(weight or 1)
        first = tables[0]
        assert all(table.names == first.names for table in tables), "the tables are of different programs"
        for column in ("case", "key", "label", "weight", "cues"):
            setattr(first, column, np.concatenate([getattr(table, column) for table in tables]))
        first.of_first = np.arange(len(first.label)) < len(first.text)
        first.text = [text for table in tables for text in table.text]
        first.vectors = [np.vstack(blocks) for blocks in zip(*(table.vectors for table in tables))]
        return first

    def __init__(self, path):
        with open(path, encoding="utf-8", newline="\n") as file:
            header = next(file).rstrip("\n").split("\t")
            rows = [line.rstrip("\n").split("\t") for line in file]
        self.case = np.array([row[0] for row in rows])
        self.key = np.array([row[1] for row in rows])
        self.label = np.array([row[2] for row in rows])
        self.text = [row[3] for row in rows]
        self.weight = np.ones(len(rows))
        numbers = np.array([row[FIXED:] for row in rows], np.float64)
        names = header[FIXED:]
        vector = np.array([re.fullmatch(r"v\d+\.\d+", name) is not None for name in names])
        self.names = [name for name, is_vector in zip(names, vector) if not is_vector]
        self.cues = numbers[:, ~vector]
        blocks = sorted({int(name[1:].split(".")[0]) for name, is_vector in zip(names, vector) if is_vector})
        self.vectors = [numbers[:, [i for i, name in enumerate(names) if name.startswith(f"v{b}.")]] for b in blocks]

    def without(self, names):
        """The same rows without some of the cues."""
        keep = [i for i, name in enumerate(self.names) if name not in set(names)]
        other = object.__new__(Table)
        other.__dict__.update(self.__dict__)
        other.names = [self.names[i] for i in keep]
        other.cues = self.cues[:, keep]
        return other


def joined(tables):
    """One table of several that have the same cues."""
    assert all(table.names == tables[0].names for table in tables)
    all_ = object.__new__(Table)
    all_.__dict__.update(tables[0].__dict__)
    all_.case = np.concatenate([table.case for table in tables])
    all_.key = np.concatenate([table.key for table in tables])
    all_.label = np.concatenate([table.label for table in tables])
    all_.text = [text for table in tables for text in table.text]
    all_.cues = np.vstack([table.cues for table in tables])
    all_.vectors = [np.vstack(blocks) for blocks in zip(*(table.vectors for table in tables))]
    return all_


class Head:
    """Logistic regression over standardised cues and scaled vectors. `outputs`: the classes, ["yes"] when there are two
    (labels "1" and "0")."""

    def __init__(self, c=0.1, vector_scale=4.0, blocks=()):
        self.c, self.vector_scale, self.blocks = c, vector_scale, blocks

    def _input(self, table, rows):
        parts = [(table.cues[rows] - self.mean) / self.deviation]
        parts += [table.vectors[b][rows] * self.vector_scale for b in self.blocks]
        return np.hstack(parts)

    def fit(self, table, rows, labels=None):
        labels = table.label if labels is None else labels
        weight = table.weight[rows]
        self.mean = np.average(table.cues[rows], axis=0, weights=weight)
        self.deviation = np.sqrt(np.average((table.cues[rows] - self.mean) ** 2, axis=0, weights=weight))
        self.deviation[self.deviation < 1e-6] = 1.0
        self.model = LogisticRegression(C=self.c, max_iter=5000)
        self.model.fit(self._input(table, rows), labels[rows], sample_weight=weight)
        self.classes = list(self.model.classes_)
        return self

    def sums(self, table, rows):
        return self.model.decision_function(self._input(table, rows))

    def probability(self, table, rows):
        """Of the second class, rounded as the program rounds it."""
        return np.round(64 / (1 + np.exp(-self.sums(table, rows)))) / 64

    def write(self, path, table, name, comment):
        coefficients = self.model.coef_  # [outputs][cues + vectors]
        outputs = [name] if len(self.classes) == 2 else self.classes
        count = len(table.names)
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"// {comment}\n// Written by tools/train; linear_head.h says what the rows are. May be edited by hand.\n\n")
            for output, bias in zip(outputs, self.model.intercept_):
                file.write(f"HEAD_OUTPUT({output}, {bias:.4f})\n")
            for i, cue in enumerate(table.names):
                weights = coefficients[:, i]
                if np.all(np.abs(weights) < 5e-4):
                    continue
                numbers = ", ".join(f"{value:.3f}" for value in weights)
                file.write(f"HEAD_CUE({cue}, {self.mean[i]:.4f}, {self.deviation[i]:.4f}, {numbers})\n")
            at = count
            for index, block in enumerate(self.blocks):
                size = table.vectors[block].shape[1]
                for output in range(len(outputs)):
                    values = coefficients[output, at:at + size] * self.vector_scale
                    file.write(f"HEAD_BLOCK({index}, {output}, {', '.join(f'{value:.4f}' for value in values)})\n")
                at += size


class Trees:
    """Boosted trees over the cues: for heads whose cues count only together."""

    def __init__(self, count=150, rate=0.06, depth=4, leaf=20, l2=5.0):
        self.model = HistGradientBoostingClassifier(
            max_iter=count, learning_rate=rate, max_depth=depth, min_samples_leaf=leaf, l2_regularization=l2,
            max_features=0.3, early_stopping=False, random_state=0)

    def fit(self, cues, labels, weights):
        self.model.fit(cues, labels, sample_weight=weights)
        return self

    def probability(self, cues):
        """Rounded as the program rounds it."""
        return np.round(64 * self.model.predict_proba(cues)[:, 1]) / 64

    def write(self, path, names, name, comment):
        def preorder(nodes, at):
            node = nodes[at]
            if node["is_leaf"]:
                return [f"-1, {node['value']:.4f}"]
            return ([f"{node['feature_idx']}, {node['num_threshold']:.5g}"] + preorder(nodes, node["left"]) +
                    preorder(nodes, node["right"]))

        with open(path, "w", encoding="utf-8") as file:
            file.write(f"// {comment}\n// Written by tools/train; tree_head.h says what the rows are.\n\n")
            file.write(f"TREE_HEAD({name}, {np.ravel(self.model._baseline_prediction)[0]:.4f})\n")
            for cue in names:
                file.write(f"TREE_CUE({cue})\n")
            for (tree,) in self.model._predictors:
                file.write(f"TREE({', '.join(preorder(tree.nodes, 0))})\n")


def folds(cases, count=10, seed=0):
    """(train rows, test rows) by conversation."""
    names = np.array(sorted(set(cases)))
    np.random.RandomState(seed).shuffle(names)
    for fold in range(count):
        test = np.isin(cases, names[fold::count])
        yield np.where(~test)[0], np.where(test)[0]


def cross_validated(table, make, rows=None, labels=None, count=10):
    """The sums each row gets from a head that has not seen its conversation. `rows`: which may be learned from."""
    allowed = np.arange(len(table.label)) if rows is None else rows
    out = None
    for train, test in folds(table.case, count):
        head = make().fit(table, np.intersect1d(train, allowed), labels)
        sums = head.sums(table, test)
        if out is None:
            out = np.zeros((len(table.label),) + sums.shape[1:])
        out[test] = sums
    return out
