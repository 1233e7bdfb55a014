#!/usr/bin/env python3
"""The reference values of tests/reference/coherence.rs, from gensim's CoherenceModel.

    python3.11 -m venv /tmp/refenv && /tmp/refenv/bin/pip install gensim==4.4.0 numpy==2.4.6 scipy==1.17.1
    /tmp/refenv/bin/python tests/reference/make_coherence.py

Enters: a fixed seed, from which documents of made-up words are drawn. Leaves, next to this file, coherence.json: the
documents as word numbers, topics as lists of them, and for each topic UMass, C_NPMI and C_V. gensim takes a word for
gone from a sliding window as soon as one of its occurrences leaves, even where another is still inside. What the same
arithmetic gives with windows as Roeder, Both and Hinneburg define them is stored beside it, as "plain". What the values
must contain to be worth comparing is asserted here.
"""
import json, pathlib, warnings

import numpy
from gensim.corpora import Dictionary
from gensim.models import CoherenceModel
from gensim.topic_coherence import text_analysis

FOLDER = pathlib.Path(__file__).parent
N_TERMS = 120
# Lengths about those of the windows, 10 and 110, and none.
LENGTHS = [0, 1, 2, 5, 9, 10, 11, 12, 30, 60, 109, 110, 111, 112, 130, 180, 260]


def text(generator, length):
    """Words of two themes of ten words each (theme t has the words 10 t to 10 t + 9), and of all, rare ones rarely."""
    themes = generator.choice(N_TERMS // 10, 2, replace=False)
    by_rank = 1 / (1 + numpy.arange(N_TERMS))
    words = []
    for _ in range(length):
        if generator.random() < 0.5:
            words.append(10 * generator.choice(themes) + min(9, generator.geometric(0.3) - 1))
        else:
            words.append(generator.choice(N_TERMS, p=by_rank / by_rank.sum()))
    return [int(word) for word in words]


def without_repeats(generator, length):
    """Every word once, of a random theme's first."""
    order = generator.permutation(N_TERMS)
    theme = generator.integers(N_TERMS // 10)
    order = sorted(order, key=lambda word: word // 10 != theme and generator.random() < 0.8)
    return [int(word) for word in order[: min(length, N_TERMS)]]


class PlainWindows(text_analysis.WordOccurrenceAccumulator):
    """A word is in a window while any of its occurrences is."""

    def _slide_window(self, window, doc_num):
        self._uniq_words[:] = False
        self._uniq_words[numpy.unique(window)] = True


def coherence(texts, topics, measure, accumulator=None):
    texts = [[f"w{word:03}" for word in text] for text in texts]
    dictionary = Dictionary(texts)
    corpus = [dictionary.doc2bow(text) for text in texts]
    topics = [[f"w{word:03}" for word in topic] for topic in topics]
    model = CoherenceModel(topics=topics, texts=texts, corpus=corpus, dictionary=dictionary,
                           coherence=measure, topn=max(map(len, topics)), processes=1)
    if accumulator:
        relevant = {dictionary.token2id[word] for topic in topics for word in topic}
        model._accumulator = accumulator(relevant, dictionary).accumulate(texts, model.window_size)
    return [float(value) for value in model.get_coherence_per_topic()]


def case(name, texts, topics):
    values = {measure: coherence(texts, topics, measure) for measure in ["u_mass", "c_npmi", "c_v"]}
    values |= {f"{measure}_plain": coherence(texts, topics, measure, PlainWindows) for measure in ["c_npmi", "c_v"]}
    assert all(numpy.isfinite(value).all() for value in values.values()), name
    return {"name": name, "n_terms": N_TERMS, "documents": texts, "topics": topics, **values}


def main():
    generator = numpy.random.default_rng(20150202)
    whole = [list(range(10 * theme, 10 * theme + 10)) for theme in (0, 3, 11)]
    mixed = [[int(word) for word in generator.choice(N_TERMS, size, replace=False)] for size in (2, 5, 10, 10)]
    shared = [[5, 31, 7], [7, 5, 90, 91]]
    topics = whole + mixed + shared
    repeated = [text(generator, length) for length in LENGTHS * 3]
    once = [without_repeats(generator, length) for length in LENGTHS * 3]
    # Word 0 is in every window, so is word 1 in most.
    everywhere = [[word % 2 if place % 2 else word for place, word in enumerate(text)] + [0] for text in repeated]
    cases = [case("repeats", repeated, topics), case("no repeats", once, topics),
             case("everywhere", everywhere, topics[:1])]
    differ = lambda case, measure: max(abs(a - b) for a, b in zip(case[measure], case[measure + "_plain"]))
    assert differ(cases[0], "c_npmi") > 1e-3 and differ(cases[0], "c_v") > 1e-3, "repeats without effect"
    assert differ(cases[1], "c_npmi") == 0 and differ(cases[1], "c_v") == 0, "an effect without repeats"
    with open(FOLDER / "coherence.json", "w") as file:
        file.write('{"cases": [\n' + ",\n".join(json.dumps(case) for case in cases) + "\n]}\n")
    for of in cases:
        print(of["name"], *(f"{name} {numpy.round(of[name], 4)}" for name in of if name.startswith(("u_", "c_"))), sep="\n  ")


warnings.simplefilter("error")
main()
