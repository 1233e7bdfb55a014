#!/usr/bin/env python3
"""The other side of `cargo bench --bench topics`: tomotopy, scikit-learn and gensim, kept ready in one process.

Enters, on standard input: commands, one JSON object a line ({"do": "tomotopy", "corpus": "bbc", ...}).
Leaves, on standard output: one JSON object for each, with the seconds of the work itself: texts are
in tokens before the clock runs. Tokens: lower-case words of three letters a to z or more, without
scikit-learn's stop words, in at least 5 and at most half of the texts; texts without any are left
out. Topics leave as the ten weightiest words of each, the weightiest first; what they are worth
is for the caller to say, by one measure for all.
"""
import gzip
import json
import logging
import sys
import time
import warnings

import gensim
import numpy as np
import scipy
import sklearn
import tomotopy as tp
from gensim.corpora import Dictionary
from gensim.matutils import Sparse2Corpus
from gensim.models import CoherenceModel, LdaMulticore
from scipy.special import gammaln
from sklearn.decomposition import NMF
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from threadpoolctl import threadpool_limits

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)
clock = time.perf_counter
N_THREADS = 2


class Corpus:
    def __init__(self, path):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            texts = [json.loads(line)["text"] for line in lines]
        counter = CountVectorizer(token_pattern=r"(?u)\b[a-z]{3,}\b", stop_words="english", min_df=5, max_df=0.5)
        counts = counter.fit_transform(texts)
        self.vocabulary = counter.get_feature_names_out().tolist()
        self.counts = counts[np.asarray(counts.sum(1)).ravel() > 0].tocsr()
        known, words = counter.vocabulary_, counter.build_analyzer()
        texts = ([word for word in words(text) if word in known] for text in texts)
        self.texts = [text for text in texts if text]
        # What CoherenceModel wants, made once.
        self.dictionary = Dictionary(self.texts)
        self.bags = [self.dictionary.doc2bow(text) for text in self.texts]

    def sampler(self, n_topics):
        """tomotopy's model as `topics.py` of the issue sets it up: its defaults, one count a token."""
        model = tp.LDAModel(k=n_topics, seed=1, tw=tp.TermWeight.ONE)
        for text in self.texts:
            model.add_doc(text)
        return model

    def tops(self, weights):
        """The ten weightiest words of each row."""
        return [[self.vocabulary[term] for term in np.argsort(-row, kind="stable")[:10]] for row in weights]


def joint_log_likelihood(model):
    """log p(words, topics) per word of tomotopy's last sample, by the formula that leitmotif documents."""
    alpha, eta, k = np.asarray(model.alpha, dtype=float), float(model.eta), model.k
    n_terms = len(model.used_vocabs)
    of_topic, of_term, total = np.zeros(k), np.zeros((k, n_terms)), 0.0
    for document in model.docs:
        topics, words = np.asarray(document.topics), np.asarray(document.words)
        counts = np.bincount(topics, minlength=k)
        np.add.at(of_term, (topics, words), 1.0)
        of_topic += counts
        total += gammaln(alpha.sum()) - gammaln(len(topics) + alpha.sum())
        total += (gammaln(counts + alpha) - gammaln(alpha)).sum()
    total += k * gammaln(n_terms * eta) - gammaln(of_topic + n_terms * eta).sum()
    total += (gammaln(of_term + eta) - gammaln(eta)).sum()
    return float(total / of_topic.sum())


class Peer:
    """The commands; the name of each is that of its method."""

    def __init__(self):
        self.corpora = {}

    def hello(self):
        modules = {"sklearn": sklearn, "numpy": np, "scipy": scipy, "tomotopy": tp, "gensim": gensim}
        versions = {name: module.__version__ for name, module in modules.items()}
        return {"python": sys.version.split()[0], "isa": tp.isa, **versions}

    def corpus(self, corpus, path):
        self.corpora[corpus] = found = Corpus(path)
        n_tokens, (n_texts, _) = int(found.counts.sum()), found.counts.shape
        return {"vocabulary": found.vocabulary, "n_texts": n_texts, "n_tokens": n_tokens, "n_values": found.counts.nnz}

    def speed(self, corpus, k, start, sweeps):
        """Seconds of `sweeps` sweeps of a new chain, after `start` sweeps."""
        model = self.corpora[corpus].sampler(k)
        model.train(start, workers=N_THREADS)
        begin = clock()
        model.train(sweeps, workers=N_THREADS)
        return {"seconds": clock() - begin}

    def tomotopy(self, corpus, k, n):
        model = self.corpora[corpus].sampler(k)
        begin = clock()
        model.train(n, workers=N_THREADS)
        seconds = clock() - begin
        tops = [[word for word, _ in model.get_topic_words(topic, top_n=10)] for topic in range(k)]
        likelihoods = {"log_likelihood": model.ll_per_word, "by_formula": joint_log_likelihood(model)}
        return {"seconds": seconds, "tops": tops, **likelihoods}

    def sklearn(self, corpus, k, n):
        corpus = self.corpora[corpus]
        begin = clock()
        weights = TfidfTransformer(sublinear_tf=True).fit_transform(corpus.counts)
        model = NMF(k, max_iter=n, init="nndsvda", random_state=1).fit(weights)
        return {"seconds": clock() - begin, "tops": corpus.tops(model.components_)}

    def gensim(self, corpus, k, n):
        corpus = self.corpora[corpus]
        bags = list(Sparse2Corpus(corpus.counts, documents_columns=False))
        names = dict(enumerate(corpus.vocabulary))
        options = {"num_topics": k, "id2word": names, "passes": n, "workers": N_THREADS, "random_state": 1}
        # Two processes of one thread each: more threads than processors are slower.
        with threadpool_limits(1):
            begin = clock()
            model = LdaMulticore(bags, **options)
            seconds = clock() - begin
        return {"seconds": seconds, "tops": corpus.tops(model.get_topics())}

    def coherence(self, corpus, tops, measure):
        """By one process, and where windows are counted by several, too."""
        corpus, ways, found = self.corpora[corpus], {}, None
        data = {"corpus": corpus.bags} if measure == "u_mass" else {"texts": corpus.texts}
        for processes in [1] if measure == "u_mass" else [1, N_THREADS]:
            begin = clock()
            model = CoherenceModel(
                topics=tops, dictionary=corpus.dictionary, coherence=measure, processes=processes, **data
            )
            found = model.get_coherence()
            ways[f"{processes} process" + "es" * (processes > 1)] = clock() - begin
        return {"ways": ways, "coherence": float(found)}


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
