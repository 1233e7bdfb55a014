#!/usr/bin/env python3
"""The reference values of tests/reference.rs, from scikit-learn.

    python3.11 -m venv /tmp/refenv && /tmp/refenv/bin/pip install -r tests/reference/requirements.txt
    /tmp/refenv/bin/python tests/reference/make.py

Enters: the texts below, written for this purpose, and a fixed seed. Leaves, next to this file:
tfidf.json (texts, tokens, vocabularies, idf and weights), metrics.json (random decisions and their
figures), linear.json (one tf-idf matrix, its labels and the weights learned from it) and
naive_bayes.json (likewise, with scores of naive Bayes and weights of a machine on terms weighed by
it). Settings carry the names of our library. What the values must contain to be worth comparing is
asserted here.
"""
import json, math, pathlib, re, warnings

import numpy
from sklearn import metrics
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import ComplementNB, MultinomialNB
from sklearn.pipeline import FeatureUnion
from sklearn.svm import LinearSVC

FOLDER = pathlib.Path(__file__).parent
LABELS = ["energy", "government", "sport"]
# (initials of the labels, text). The vectorizers are fitted on these; one text is empty.
TEXTS = [
    ("eg", "The ministry raised the tax on oil, and the oil companies said the tax would cost them 40 million."),
    ("e", "Oil prices fell again. Prices at the pump fell too, by 3 cents, and traders don't expect them to rise in May."),
    ("e", "A pipeline that carries gas to the coast burst on Tuesday; engineers closed the gas valves within 2 hours."),
    ("eg", "Parliament voted 61 to 40 for the nuclear plant. The plant's owners want a permit to open it in 2031."),
    ("e", "Wind, wind and more wind: the turbines off the northern coast broke a record in March."),
    ("", ""),
    ("g", "The mayor won't run again. \"I've had 12 good years,\" the mayor said in the town hall."),
    ("g", "Voters go to the polls in May; the opposition's leader says the government has lost the voters' trust."),
    ("g", "The government fell after a vote of no confidence, the third vote of that kind in 10 years."),
    ("g", "Ministers met behind closed doors. The ministers' talks on the budget went on until 4 o'clock in the morning."),
    ("gs", "Parliament wants the football clubs to pay for the police at their matches: police cost the town 2 million."),
    ("s", "The home side won 3-1. Two goals came from the captain, who hadn't scored a goal in 10 matches."),
    ("s", "Rain stopped the final in the second set; the players will come back to the court in the morning."),
    ("s", "She ran the 800 metres in 1:56, a record, and then ran a lap of honour with the flag of her town."),
    ("s", "The captain's knee is hurt again. Without the captain the side lost all of its 4 matches in March."),
    ("s", "Fans sang, fans wept: the club is back in the first division after 21 years."),
    ("", "The museum shows 120 drawings by a painter whom nobody knew; the painter's daughter found them in a barn."),
    ("", "A ROCK'N'ROLL band from the seventies plays the town hall on Friday. It's free, and it's loud."),
    ("", "Doctors warn of a long flu season. The flu has filled 300 beds in the city's hospitals."),
    ("g", "The health minister wants nurses to be paid more; nurses' unions say the minister's offer isn't enough."),
    ("", "Bees are back in the old orchard: a farmer counted 17 hives, and a year ago he'd counted 5."),
    ("eg", "The court stopped the coal mine. In the judges' view the ministry hadn't asked the villages near the mine."),
    ("g", "The court sent a former mayor to prison for 6 years; the mayor had taken 90,000 from a builder."),
    ("", "Police found the stolen paintings in a lorry near the border, the 2 drivers said they'd been asked to drive it."),
    ("e", "Households will pay more for gas and for power in winter, the power companies said: 8 percent more, or 9."),
    ("eg", "The minister of energy and the unions agreed on the miners' pensions; the last coal mine closes in 2031."),
    ("s", "No goals, no cards, no fun: a match to forget, said the coach, and he didn't mean the rain."),
    ("", "The ferry to the islands doesn't sail in a storm. The storm has kept 2,000 travellers on the islands for 3 days."),
    ("e", "Solar panels on the roofs of schools: the town wants 50 roofs by May, and the schools' bills should fall."),
    ("gs", "The minister of sport resigned over the stadium. Its cost had doubled, to 410 million, in 2 years."),
    ("", "Snow closed the pass. Snow, said the driver of a plough, like he hadn't seen since '98."),
    ("s", "A rower of 19 won the final by a length, and a length is a lot on that river, her coach said."),
]
# Not part of the fit: known words, an empty text, unknown words only, and signs that tokens end at.
OUTSIDE = [
    "The mayor's oil tax: the tax that the mayor said he didn't want costs the town 2 million.",
    "",
    "Zeppelins hovering above Zanzibar's 7777 lighthouses",
    " -- ... '' \" ?! ",
    "Don''t_count 'quotes' o'clock's 4x4 rock'n'roll's 3.5e10\n\tA b C 1 the-the/the THE",
    "Power, power, power and power: said and said again, in the coal mine and in the court.",
]
TOKEN = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)*")


def tokens_of(text):
    """The tokens of an ASCII text as our tokenizer gives them."""
    return TOKEN.findall(text.lower())


def short(value):
    """Eight decimals: those of an f32, a hundredth of what is compared."""
    return round(float(value), 8)


def pairs(matrix):
    """For each row of a sparse matrix the (column, value) pairs, columns rising."""
    matrix = matrix.tocsr()
    matrix.sort_indices()
    cut = [slice(*ends) for ends in zip(matrix.indptr, matrix.indptr[1:])]
    return [[[int(c), short(v)] for c, v in zip(matrix.indices[s], matrix.data[s])] for s in cut]


def lengths(text):
    return tuple(int(n) for n in text.split("-"))


def vectorizers(params):
    """scikit-learn's counterparts of our blocks: words, characters, or one after the other."""
    same = dict(
        lowercase=False, smooth_idf=True, norm="l2", dtype=numpy.float64,
        min_df=params["min_count"], max_df=params["max_share"], sublinear_tf=params["sublinear"],
    )
    parts = []
    if "words" in params:
        words = dict(analyzer="word", tokenizer=tokens_of, token_pattern=None, preprocessor=lambda text: text)
        parts.append(("words", TfidfVectorizer(ngram_range=lengths(params["words"]), **words, **same)))
    if "chars" in params:
        chars = dict(analyzer="char_wb", preprocessor=lambda text: " ".join(tokens_of(text)))
        parts.append(("chars", TfidfVectorizer(ngram_range=lengths(params["chars"]), **chars, **same)))
    return parts


def fit(params):
    """The fitted parts and the rows of all texts, those of the fit first."""
    union = FeatureUnion(vectorizers(params))
    fitted = union.fit_transform([text for _, text in TEXTS])
    rows = union.transform([text for _, text in TEXTS] + OUTSIDE)
    assert abs(fitted - rows[: len(TEXTS)]).max() < 1e-15
    return [part for _, part in union.transformer_list], rows


def settings(min_count=1, max_share=1.0, sublinear=False, **ngrams):
    # Our default for words is 1-2, so that "none" is written out.
    return {"words": None, "chars": None, "min_count": min_count, "max_share": max_share,
            "sublinear": sublinear, **ngrams}


def tfidf():
    cases = []
    for params in [
        settings(words="1-1"),
        settings(words="1-1", sublinear=True),
        settings(words="1-1", min_count=2, max_share=0.5, sublinear=True),
        settings(words="1-2", min_count=2),
        settings(words="1-2", max_share=0.5, sublinear=True),
        settings(words="2-3"),
        settings(words="2-3", min_count=2, sublinear=True),
        settings(chars="2-4", min_count=4),
        settings(chars="2-4", min_count=2, max_share=0.1, sublinear=True),
        settings(chars="4-5", min_count=3),
        settings(words="1-2", chars="3-3", min_count=4, max_share=0.5, sublinear=True),
    ]:
        parts, rows = fit({name: value for name, value in params.items() if value is not None})
        blocks = [{"terms": part.get_feature_names_out().tolist(),
                   "idf": [short(v) for v in part.idf_]} for part in parts]
        cases.append({"params": params, "blocks": blocks, "rows": pairs(rows)})
    check_tfidf(cases)
    texts = [text for _, text in TEXTS] + OUTSIDE
    texts = [{"text": text, "tokens": tokens_of(text)} for text in texts]
    return {"n_fit": len(TEXTS), "texts": texts, "cases": cases}


def check_tfidf(cases):
    """The corner cases are there."""
    holders = {}
    for _, text in TEXTS:
        for token in set(tokens_of(text)):
            holders[token] = holders.get(token, 0) + 1
    kept = cases[2]["blocks"][0]["terms"]
    assert any(2 * n == len(TEXTS) and token in kept for token, n in holders.items()), "no term at max_share"
    assert any(2 * n > len(TEXTS) for n in holders.values()), "no term above max_share"
    assert any(n == 2 and token in kept for token, n in holders.items()), "no term at min_count"
    assert cases[0]["rows"] != cases[1]["rows"], "sublinear without effect"
    for case in cases:
        outside = case["rows"][len(TEXTS):]
        assert outside[0] and outside[5] and not outside[1] and not outside[3]
    assert not cases[0]["rows"][len(TEXTS) + 2], "the unknown words are known"


def defined(value):
    """A figure, or None where scikit-learn says NaN."""
    return None if math.isnan(value) else float(value)


def averages(truth, predicted, average):
    of = [metrics.precision_score, metrics.recall_score, metrics.f1_score]
    return [of(truth, predicted, average=average, zero_division=math.nan) for of in of]


def judged(truth, predicted, scores):
    """One set of decisions and its figures: arrays of shape (texts, labels)."""
    by_label = numpy.transpose(averages(truth, predicted, None))
    # Where nothing is true average precision is undefined; scikit-learn warns and says 0.
    ranked = [metrics.average_precision_score(t, s) if t.any() else math.nan
              for t, s in zip(truth.T, scores.T)]
    lists = lambda decisions: [numpy.flatnonzero(row).tolist() for row in decisions]
    return {
        "truths": lists(truth), "predicted": lists(predicted), "scores": scores.tolist(),
        "micro": [defined(v) for v in averages(truth, predicted, "micro")],
        "macro": [defined(v) for v in averages(truth, predicted, "macro")],
        "subset_accuracy": float(metrics.accuracy_score(truth, predicted)),
        "hamming_loss": float(metrics.hamming_loss(truth, predicted)),
        "labels": [[defined(v) for v in row] for row in by_label],
        "average_precision": [defined(v) for v in ranked],
    }


def random_decisions(generator, n_texts, n_labels, n_steps):
    """Scores in steps of 1 / n_steps, so that some are tied; truths that follow them loosely."""
    scores = generator.integers(0, n_steps + 1, (n_texts, n_labels)) / n_steps
    truth = scores + generator.normal(0, 0.4, scores.shape) > generator.uniform(0.4, 1.0, n_labels)
    predicted = scores >= generator.uniform(0.4, 0.9, n_labels)
    return truth, predicted, scores


def figures():
    generator = numpy.random.default_rng(20240229)
    cases = []
    # Ten steps: ties everywhere. Label 0 is never true, 1 never predicted, 2 neither.
    truth, predicted, scores = random_decisions(generator, 60, 7, 10)
    truth[:, [0, 2]] = predicted[:, [1, 2]] = False
    cases.append(judged(truth, predicted, scores))
    # Two steps: little but ties. All scores of label 0 are the same; label 1 is always true.
    truth, predicted, scores = random_decisions(generator, 25, 4, 2)
    scores[:, 0], truth[:, 1] = 0.5, True
    cases.append(judged(truth, predicted, scores))
    # A million steps: no ties; all is predicted as it is true for half of the texts.
    truth, predicted, scores = random_decisions(generator, 40, 5, 1_000_000)
    predicted[:20] = truth[:20]
    cases.append(judged(truth, predicted, scores))
    # Nothing is predicted; nothing is true; neither.
    truth, predicted, scores = random_decisions(generator, 12, 3, 10)
    nothing = numpy.zeros_like(truth)
    cases += [judged(truth, nothing, scores), judged(nothing, predicted, scores), judged(nothing, nothing, scores)]
    # Each kind of undefined figure is there, and defined ones next to it.
    first = numpy.array(cases[0]["labels"], dtype=float)
    assert (numpy.isnan(first).any(axis=0) & ~numpy.isnan(first).all(axis=0)).all()
    assert cases[0]["average_precision"][:3].count(None) == 2
    assert cases[5]["micro"] == [None] * 3
    return {"cases": cases}


def as_learned_from(rows):
    """The very f32 values that our learners get: what then differs is the learner's."""
    rows = rows.copy()
    rows.data = numpy.array([short(v) for v in rows.data]).astype(numpy.float32).astype(numpy.float64)
    return rows


def to_the_end(cost):
    """Settings with which liblinear goes to the end of what it can do."""
    return dict(C=cost, dual=True, tol=1e-8, max_iter=100_000, intercept_scaling=1, random_state=0)


def learned(kind, cost, matrix, truth):
    """For each label the weights, and the intercepts."""
    same = to_the_end(cost)
    make = {"svm": lambda: LinearSVC(loss="squared_hinge", **same),
            "logistic": lambda: LogisticRegression(solver="liblinear", **same)}[kind]
    models = [make().fit(matrix, label) for label in truth.T]
    return {
        "learner": kind, "cost": cost,
        "weights": [[round(float(w), 9) for w in model.coef_[0]] for model in models],
        "bias": [round(float(model.intercept_[0]), 9) for model in models],
    }


def linear():
    params = {"words": "1-1", "min_count": 2, "max_share": 1.0, "sublinear": True}
    parts, rows = fit(params)
    matrix = as_learned_from(rows[: len(TEXTS)])
    truth = numpy.array([[label[0] in initials for label in LABELS] for initials, _ in TEXTS])
    assert matrix.getnnz(axis=1).min() == 0, "no empty row"
    models = [learned(kind, cost, matrix, truth) for kind in ["svm", "logistic"] for cost in [0.1, 1.0, 10.0]]
    return {"n_terms": matrix.shape[1], "rows": pairs(matrix), "targets": truth.tolist(), "models": models}


def log_odds(estimator, rows):
    """What speaks for yes less what speaks for no, of an estimator of two classes."""
    assert estimator.classes_.tolist() == [0, 1]
    no, yes = estimator.predict_joint_log_proba(rows).T
    return yes - no


def bayes(event, exclusive, smoothing, fitted, truth, rows):
    """Scores of all rows: joint log likelihoods of exclusive labels, log odds of labels apart."""
    make = {"multinomial": MultinomialNB, "complement": ComplementNB}[event](alpha=smoothing)
    if exclusive:
        scores = make.fit(fitted, truth.argmax(axis=1)).predict_joint_log_proba(rows)
    else:
        parts = OneVsRestClassifier(make).fit(fitted, truth.astype(int)).estimators_
        scores = numpy.transpose([log_odds(part, rows) for part in parts])
    scores = [[round(float(score), 9) for score in row] for row in scores]
    return {"event": event, "exclusive": exclusive, "smoothing": smoothing, "scores": scores}


def moved_by_rounding(machine, rows, label):
    """At most so far apart are this machine and one trained on the rows with ratios and products
    rounded to f32, each value x then off by 2^-23 x. The objective f is strongly convex with modulus
    1, so that |w' - w| <= |grad f'(w) - grad f(w)| <= 2C sum_i |s'_i x'_i - s_i x_i|, s the slacks."""
    slack = numpy.maximum(0, 1 - numpy.where(label, 1, -1) * machine.decision_function(rows))
    length = numpy.sqrt(numpy.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    of_slacks = numpy.linalg.norm(machine.coef_) * length * numpy.sqrt(length**2 + 1)
    return 2 * machine.C * 2.0**-23 * (slack * length + of_slacks).sum()


def weighed_machine(cost, smoothing, matrix, label):
    """Weights and intercept of one label after Wang and Manning 2012, sections 2.1 to 2.3, with their
    counts of presence for the ratios, and tf-idf weights where they have presence for the rows."""
    presence = (matrix > 0).astype(float)
    p, q = [smoothing + numpy.asarray(presence[rows].sum(axis=0)).ravel() for rows in (label, ~label)]
    ratio = numpy.log((p / abs(p).sum()) / (q / abs(q).sum()))
    weighed = matrix.multiply(ratio).tocsr()
    machine = LinearSVC(loss="squared_hinge", **to_the_end(cost)).fit(weighed, label)
    assert moved_by_rounding(machine, weighed, label) < 1.6e-5
    v, beta = machine.coef_[0], 0.25
    return ratio * ((1 - beta) * abs(v).sum() / len(v) + beta * v), machine.intercept_[0]


def nb_svm(cost, smoothing, matrix, truth):
    models = [weighed_machine(cost, smoothing, matrix, label) for label in truth.T]
    return {
        "cost": cost, "smoothing": smoothing,
        "weights": [[round(float(w), 9) for w in weights] for weights, _ in models],
        "bias": [round(float(bias), 9) for _, bias in models],
    }


def naive_bayes():
    n_fit = 24  # of the texts, so that some terms are in no row that is learned from
    rows = as_learned_from(fit({"words": "1-1", "min_count": 2, "max_share": 1.0, "sublinear": True})[1])
    fitted, initials = rows[:n_fit], [initials for initials, _ in TEXTS[:n_fit]]
    apart = numpy.array([[label[0] in of for label in LABELS] for of in initials])
    # The first label that a text has, or a fourth for those that have none.
    exclusive = numpy.array([[initial == (of or "-")[0] for initial in "egs-"] for of in initials])
    assert (exclusive.sum(axis=1) == 1).all() and len(set(exclusive.sum(axis=0))) > 1
    assert fitted.getnnz(axis=1).min() == 0, "no empty row"
    assert (fitted.getnnz(axis=0) == 0).any() and rows.getnnz(axis=0).all(), "no term is new"
    assert rows.sum(axis=1).max() < 3.5, "a row is longer than the tolerance allows"
    return {
        "n_terms": rows.shape[1], "rows": pairs(rows), "n_fit": n_fit,
        "exclusive": exclusive.tolist(), "apart": apart.tolist(),
        "bayes": [bayes(event, kind is exclusive, smoothing, fitted, kind, rows)
                  for event in ["multinomial", "complement"] for kind in [exclusive, apart]
                  for smoothing in [0.01, 0.3, 1.0]],
        "nb_svm": [nb_svm(cost, smoothing, fitted, apart)
                   for cost, smoothing in [(1.0, 1.0), (0.1, 1.0), (0.3, 0.1)]],
    }


def write(name, values):
    text = json.dumps(values, separators=(",", ":"), allow_nan=False)
    # A line per text, case or row, for the sake of diffs.
    text = text.replace("},{", "},\n{").replace("]],[[", "]],\n[[")
    (FOLDER / name).write_text(text + "\n", encoding="ascii")
    print(f"{name}: {len(text) // 1024} KB")


if __name__ == "__main__":
    # A solver that did not converge, or a figure that is not defined, must not pass unseen.
    warnings.simplefilter("error")
    write("tfidf.json", tfidf())
    write("metrics.json", figures())
    write("linear.json", linear())
    write("naive_bayes.json", naive_bayes())
