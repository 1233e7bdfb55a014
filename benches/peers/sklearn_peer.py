#!/usr/bin/env python3
"""scikit-learn on the sets of `cargo bench --bench accuracy`, plain or tuned.

    python3 -m venv venv && venv/bin/pip install -r benches/peers/requirements.txt
    venv/bin/python benches/peers/sklearn_peer.py ../shared/bench/bbc plain
    venv/bin/python benches/peers/sklearn_peer.py ../shared/bench/bbc tuned

plain: tf-idf (sublinear) of single words and a linear support vector machine, C = 1.
tuned: words 1 or 1-2 and C of 0.1, 1, 10 by 3-fold cross-validation on the training file; with several
labels per text also a threshold per label, the best for F1 of its out-of-fold scores.
Prints one line of figures on the test file, with the seconds that training took.
"""
import gzip
import json
import sys
import time

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.model_selection import GridSearchCV, KFold, cross_val_predict
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MultiLabelBinarizer
from sklearn.svm import LinearSVC


def load(path):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    return [record["text"] for record in records], [record["labels"] for record in records]


def pipeline(words=(1, 1), cost=1.0):
    vectorizer = TfidfVectorizer(sublinear_tf=True, token_pattern=r"(?u)\b\w+\b", ngram_range=words)
    return make_pipeline(vectorizer, OneVsRestClassifier(LinearSVC(C=cost)))


def best_cut(scores, truth):
    """The threshold of the best F1 of one label; above all scores where no text has it."""
    order = np.argsort(-scores)
    found = np.cumsum(truth[order])
    f1 = 2 * found / (np.arange(1, len(order) + 1) + truth.sum())
    return scores[order[f1.argmax()]] if truth.any() else np.inf


def main():
    folder, way = sys.argv[1], sys.argv[2]
    texts, labels = load(f"{folder}/train.jsonl.gz")
    test_texts, test_labels = load(f"{folder}/test.jsonl.gz")
    binarizer = MultiLabelBinarizer().fit(labels + test_labels)
    truth, test_truth = binarizer.transform(labels), binarizer.transform(test_labels)
    single = bool((truth.sum(1) == 1).all())
    target = truth.argmax(1) if single else truth
    begin = time.time()
    model, folds = pipeline(), KFold(3, shuffle=True, random_state=42)
    if way == "tuned":
        grid = {
            "tfidfvectorizer__ngram_range": [(1, 1), (1, 2)],
            "onevsrestclassifier__estimator__C": [0.1, 1.0, 10.0],
        }
        search = GridSearchCV(model, grid, cv=folds, scoring="accuracy" if single else "f1_micro")
        model = search.fit(texts, target).best_estimator_
    else:
        model.fit(texts, target)
    if single:
        predicted = model.predict(test_texts)
        seconds = time.time() - begin
        accuracy = (predicted == test_truth.argmax(1)).mean()
        print(f"{folder} {way}: accuracy {accuracy:.3f}, trained in {seconds:.0f} s")
        return
    cuts = np.zeros(truth.shape[1])
    if way == "tuned":
        scores = cross_val_predict(model, texts, target, cv=folds, method="decision_function")
        cuts = np.array([best_cut(s, t) for s, t in zip(scores.T, truth.T)])
    seconds = time.time() - begin
    predicted = model.decision_function(test_texts) >= cuts
    micro = f1_score(test_truth, predicted, average="micro", zero_division=0)
    macro = f1_score(test_truth, predicted, average="macro", zero_division=0)
    print(f"{folder} {way}: micro-F1 {micro:.3f}, macro-F1 {macro:.3f}, trained in {seconds:.0f} s")


main()
