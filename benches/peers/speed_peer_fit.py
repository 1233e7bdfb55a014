"""Training by scikit-learn, timed from texts in memory to a fitted model; part of `speed_peer.py`.

plain: `TfidfVectorizer` and `OneVsRestClassifier(LinearSVC(C=1))` as they come.
grid: words 1 and 1-2, C of 0.5, 1, 2, 4, each judged by 3-fold cross-validation with a threshold per
label chosen on the same out-of-fold scores; the best by micro-F1 is fitted on all texts. (A label
that the training part of a fold lacks scores 0 there, above the cut of rare labels: out-of-fold
micro-F1 is low for that, in all settings alike.)
"""
import json
import os
import time

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.model_selection import KFold, cross_val_predict
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

# Runs of letters and digits with inner apostrophes: leitmotif's words, but for marks and for NFKC.
TOKEN = r"[^\W_]+(?:'[^\W_]+)*"
CUTS = np.linspace(-0.6, 0.1, 15)
FEW, CUT_OF_FEW = 5, -0.25
clock = time.perf_counter


def indicators(targets, n_labels):
    matrix = np.zeros((len(targets), n_labels), dtype=int)
    for row, labels in enumerate(targets):
        matrix[row, labels] = 1
    return matrix


def best_cuts(scores, truth):
    """Per label the cut of the best F1."""
    cuts = np.full(truth.shape[1], CUT_OF_FEW)
    for label in range(truth.shape[1]):
        own, score = truth[:, label], scores[:, label]
        if own.sum() >= FEW:
            cuts[label] = CUTS[np.argmax([f1_score(own, score > cut, zero_division=0) for cut in CUTS])]
    return cuts


class Fitting:
    """Commands of `Peer` that train."""

    def fit(self, texts, n_labels, words, min_count, jobs):
        raw, truth = self.texts_of[texts], indicators(self.targets_of[texts], n_labels)
        begin = clock()
        vectorizer = TfidfVectorizer(
            token_pattern=TOKEN, ngram_range=tuple(words), min_df=min_count, sublinear_tf=True, dtype=np.float32
        )
        rows = vectorizer.fit_transform(raw)
        vectorizing = clock() - begin
        classifier = OneVsRestClassifier(LinearSVC(C=1.0), n_jobs=jobs).fit(rows, truth)
        seconds = clock() - begin
        self.fitted = vectorizer, classifier
        return {"seconds": seconds, "vectorizing": vectorizing}

    def linear(self, out):
        """Writes the model of the last `fit`: terms, weights of shape (labels, terms), intercepts."""
        vectorizer, classifier = self.fitted
        with open(os.path.join(out, "terms.json"), "w", encoding="utf-8") as file:
            json.dump(vectorizer.get_feature_names_out().tolist(), file)
        coefficients = np.vstack([one.coef_ for one in classifier.estimators_])
        coefficients.astype("<f8").tofile(os.path.join(out, "weights.f64"))
        intercepts = [float(one.intercept_[0]) for one in classifier.estimators_]
        return {"bias": intercepts}

    def grid(self, texts, test, n_labels, jobs):
        raw, truth = self.texts_of[texts], indicators(self.targets_of[texts], n_labels)
        begin, cutting, best = clock(), 0.0, None
        folds = KFold(3, shuffle=True, random_state=0)
        for words in (1, 1), (1, 2):
            for cost in 0.5, 1.0, 2.0, 4.0:
                model = self.grid_model(words, cost)
                scores = cross_val_predict(model, raw, truth, cv=folds, method="decision_function", n_jobs=jobs)
                before = clock()
                cuts = best_cuts(scores, truth)
                cutting += clock() - before
                reached = f1_score(truth, scores > cuts, average="micro")
                if best is None or reached > best[0]:
                    best = reached, words, cost, cuts
        reached, words, cost, cuts = best
        model = self.grid_model(words, cost).fit(raw, truth)
        seconds = clock() - begin
        given = model.decision_function(self.texts_of[test]) > cuts
        of_test = f1_score(indicators(self.targets_of[test], n_labels), given, average="micro")
        reached = {"expected": float(reached), "micro_f1": float(of_test)}
        return {"seconds": seconds, "cutting": cutting, "words": words[1], "cost": cost, **reached}

    def grid_model(self, words, cost):
        vectorizer = TfidfVectorizer(
            ngram_range=words, min_df=1 if words == (1, 1) else 2, sublinear_tf=True, dtype=np.float32
        )
        return make_pipeline(vectorizer, OneVsRestClassifier(LinearSVC(C=cost)))
