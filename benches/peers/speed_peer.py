#!/usr/bin/env python3
"""The other side of `cargo bench --bench peers`: scikit-learn and fastText, kept ready in one process.

Enters, on standard input: commands, one JSON object a line ({"do": "predict", "model": "words", ...}).
Leaves, on standard output: one JSON object for each, with the seconds of the work itself: texts are in
memory before the clock runs, and nothing is written while it does. So turns of both sides can
alternate. Each piece of work is done in the fastest ordinary ways, side by side where there are
several; the caller takes the best. Training is in `speed_peer_fit.py`.
"""
import json
import os
import re
import sys
import tempfile
import time
import warnings

import numpy as np
import scipy
import sklearn
from scipy.special import expit
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import FeatureUnion
from sklearn.preprocessing import LabelBinarizer
from sklearn.svm import LinearSVC

from speed_peer_fit import TOKEN, Fitting, indicators

warnings.filterwarnings("ignore")
WORD = re.compile(TOKEN)
MARKS = re.compile(r"([.,!?()'\";:])")
clock = time.perf_counter


def words_alone(text):
    """The words of a text with a space between: what the character n-grams of the model are taken from."""
    return " ".join(WORD.findall(text.lower()))


class Exported:
    """A model trained by leitmotif in scikit-learn's own objects: same terms, idf, weights, decisions."""

    def __init__(self, folder):
        with open(os.path.join(folder, "model.json"), encoding="utf-8") as file:
            self.about = json.load(file)
        n_labels = len(self.about["bias"])
        weights = np.fromfile(os.path.join(folder, "weights.f32"), dtype="<f4").reshape(-1, n_labels)
        self.weights, self.bias = weights, np.array(self.about["bias"], dtype=np.float32)
        self.slopes, self.offsets = np.array(self.about["slopes"]), np.array(self.about["offsets"])
        self.thresholds = np.array(self.about["thresholds"])
        blocks = [self.block(block, folder) for block in self.about["blocks"]]
        union = FeatureUnion([(str(place), block) for place, block in enumerate(blocks)])
        self.vectorizer = blocks[0] if len(blocks) == 1 else union
        self.one_vs_rest = self.classifier()

    def block(self, block, folder):
        of_chars = {"preprocessor": words_alone, "analyzer": "char_wb"}
        own = of_chars if block["kind"] == "chars" else {"token_pattern": TOKEN}
        vectorizer = TfidfVectorizer(
            vocabulary=block["terms"],
            ngram_range=tuple(block["range"]),
            sublinear_tf=self.about["sublinear"],
            dtype=np.float32,
            **own,
        )
        vectorizer.idf_ = np.fromfile(os.path.join(folder, block["idf"]), dtype="<f4")
        return vectorizer

    def classifier(self):
        """One LinearSVC per label; what a score must exceed is part of its intercept."""
        classifier = OneVsRestClassifier(LinearSVC())
        n_labels, cuts = len(self.bias), np.array(self.about["cuts"])
        classifier.label_binarizer_ = LabelBinarizer(sparse_output=True).fit(np.ones((2, n_labels), dtype=int))
        classifier.estimators_ = []
        for label in range(n_labels):
            one = LinearSVC()
            one.coef_ = np.ascontiguousarray(self.weights[:, label]).reshape(1, -1)
            one.intercept_ = np.array([self.bias[label] - cuts[label]], dtype=np.float32)
            one.classes_ = np.array([0, 1])
            classifier.estimators_.append(one)
        return classifier

    def predict(self, texts):
        begin = clock()
        rows = self.vectorizer.transform(texts)
        transform = clock() - begin
        begin = clock()
        self.sets = self.one_vs_rest.predict(rows)
        by_classifier = clock() - begin
        begin = clock()
        self.scores = rows @ self.weights + self.bias
        self.given = expit(self.slopes * self.scores + self.offsets) >= self.thresholds
        by_product = clock() - begin
        ways = {
            "OneVsRestClassifier.predict": transform + by_classifier,
            "one product with all weights": transform + by_product,
        }
        return {"ways": ways, "parting": self.parting(texts)}

    def parting(self, texts):
        """How much of the time goes into the words alone, where there are character n-grams."""
        if all(block["kind"] == "words" for block in self.about["blocks"]):
            return 0.0
        begin = clock()
        for text in texts:
            words_alone(text)
        return clock() - begin


def clean(text):
    """As fastText's own tutorial prepares text: small letters, marks apart."""
    return MARKS.sub(r" \1 ", text.lower().replace("\n", " "))


class FastText:
    def __init__(self, texts, targets):
        import fasttext

        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
            for text, labels in zip(texts, targets):
                file.write(" ".join(f"__label__{label}" for label in labels) + " " + clean(text) + "\n")
            file.flush()
            options = {"loss": "ova", "wordNgrams": 2, "dim": 100, "epoch": 25, "lr": 0.5}
            self.model = fasttext.train_supervised(file.name, thread=1, verbose=0, **options)

    def predict(self, texts):
        begin = clock()
        lines = [clean(text) + "\n" for text in texts]
        cleaning = clock() - begin
        of_library = self.model.f
        begin = clock()
        self.sets = [of_library.predict(line, -1, 0.5, "strict") for line in lines]
        one_by_one = clock() - begin
        begin = clock()
        of_library.multilinePredict(lines, -1, 0.5, "strict")
        together = clock() - begin
        ways = {"one text at a time": one_by_one, "all texts in one call": together}
        return {"ways": ways, "cleaning": cleaning}

    def given(self, n_labels):
        given = np.zeros((len(self.sets), n_labels), dtype=bool)
        for row, labels in enumerate(self.sets):
            for _, label in labels:
                given[row, int(label[9:])] = True
        return given


class Peer(Fitting):
    """The commands; the name of each is that of its method."""

    def __init__(self):
        self.texts_of, self.targets_of, self.models = {}, {}, {}

    def hello(self):
        versions = {"sklearn": sklearn.__version__, "numpy": np.__version__, "scipy": scipy.__version__}
        return {"python": sys.version.split()[0], **versions}

    def texts(self, name, path):
        with open(path, encoding="utf-8") as lines:
            records = [json.loads(line) for line in lines]
        self.texts_of[name] = [record["text"] for record in records]
        self.targets_of[name] = [record["targets"] for record in records]
        return {"n": len(records)}

    def exported(self, model, folder):
        self.models[model] = Exported(folder)
        return {}

    def fasttext(self, model, texts):
        begin = clock()
        self.models[model] = FastText(self.texts_of[texts], self.targets_of[texts])
        return {"seconds": clock() - begin}

    def predict(self, model, texts):
        return self.models[model].predict(self.texts_of[texts])

    def answers(self, model, out):
        """The label sets of the last `predict`, both ways, and its scores, for the caller to compare."""
        model = self.models[model]
        model.scores.astype("<f8").tofile(os.path.join(out, "scores.f64"))
        sets = model.sets.toarray() if scipy.sparse.issparse(model.sets) else model.sets
        sets.astype(np.uint8).tofile(os.path.join(out, "classifier.u8"))
        model.given.astype(np.uint8).tofile(os.path.join(out, "product.u8"))
        return {}

    def f1(self, model, texts, n_labels):
        """Micro-F1 of a fastText model."""
        self.models[model].predict(self.texts_of[texts])
        given, truth = self.models[model].given(n_labels), indicators(self.targets_of[texts], n_labels).astype(bool)
        return {"micro_f1": float(2 * (given & truth).sum() / (given.sum() + truth.sum()))}


def main():
    peer = Peer()
    for line in sys.stdin:
        command = json.loads(line)
        try:
            answer = getattr(peer, command.pop("do"))(**command)
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
