"""Makes evaluation.json: reference values for measures of label predictions.

Every input is a random number drawn here with a fixed seed, and every expected
value comes from scikit-learn, statsmodels or krippendorff, but for two that are
written out below: the calibration error and the mid-p value. An undefined value is null.

Made with Python 3.11 and numpy 2.4.6, scipy 1.17.1, scikit-learn 1.9.1,
statsmodels 0.15.0, krippendorff 0.9.0. To run:

    python -m venv venv
    venv/bin/pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1 \
        statsmodels==0.15.0 krippendorff==0.9.0
    venv/bin/python make_evaluation.py    # writes evaluation.json beside this script
"""

import json
import math
from importlib.metadata import version
from pathlib import Path

import krippendorff
import numpy as np
from scipy.stats import binom
from sklearn import metrics
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

PACKAGES = ["numpy", "scipy", "scikit-learn", "statsmodels", "krippendorff"]
ROW_MEASURES = ["precision", "recall", "f1", "average_precision", "roc_auc"]
MEASURES = ROW_MEASURES + ["log_loss", "brier", "calibration_error", "matthews"]


# ---- measures of one yes/no problem; nan where undefined ----


def precision_recall_f1(truth, predicted):
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(
        truth, predicted, average="binary", zero_division=np.nan
    )
    return {"precision": precision, "recall": recall, "f1": f1}


def average_precision(truth, p):
    return metrics.average_precision_score(truth, p) if truth.any() else np.nan


def roc_auc(truth, p):
    both = truth.any() and not truth.all()
    return metrics.roc_auc_score(truth, p) if both else np.nan


def matthews(truth, predicted):
    """scikit-learn gives 0 where the denominator is 0; here that is undefined."""
    both = len(set(truth)) == 2 and len(set(predicted)) == 2
    return metrics.matthews_corrcoef(truth, predicted) if both else np.nan


def calibration_error(truth, p):
    """Expected calibration error, ten bins of equal width, the last one closed."""
    bins = np.minimum((p * 10).astype(int), 9)
    error = 0.0
    for b in np.unique(bins):
        inside = bins == b
        error += inside.mean() * abs(p[inside].mean() - truth[inside].mean())
    return error


def row_measures(truth, predicted, p):
    return precision_recall_f1(truth, predicted) | {
        "average_precision": average_precision(truth, p),
        "roc_auc": roc_auc(truth, p),
    }


def binary_measures(truth, predicted, p):
    brier = metrics.brier_score_loss(truth, p, pos_label=1)
    assert math.isclose(brier, np.mean((p - truth) ** 2), abs_tol=1e-15)
    return row_measures(truth, predicted, p) | {
        "log_loss": metrics.log_loss(truth, p, labels=[0, 1]),
        "brier": brier,
        "calibration_error": calibration_error(truth, p),
        "matthews": matthews(truth, predicted),
    }


# ---- multi-label ----


def mean_of_defined(values, weights=None):
    """Mean of the values that are not nan; nan where none is, or the weights are all 0."""
    values = np.asarray(values, dtype=float)
    weights = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=float)
    defined = ~np.isnan(values)
    if weights[defined].sum() == 0:
        return np.nan
    return np.average(values[defined], weights=weights[defined])


def mean_measures(names, rows, weights=None):
    return {name: mean_of_defined([row[name] for row in rows], weights) for name in names}


def padded(matrix, fill):
    """With one label, adds a second that changes nothing: scikit-learn takes a single
    column for a two-class problem, not for a multi-label one."""
    if matrix.shape[1] > 1:
        return matrix
    return np.hstack([matrix, np.full_like(matrix, fill)])


def check_averages(truth, predicted, expected):
    """Precision, recall and F1 agree with scikit-learn's own averages."""
    averages = {"micro": "micro", "macro": "macro", "weighted": "weighted", "per_text": "samples"}
    for ours, theirs in averages.items():
        values = metrics.precision_recall_fscore_support(
            padded(truth, 0), padded(predicted, 0), average=theirs, zero_division=np.nan
        )
        for name, value in zip(["precision", "recall", "f1"], values):
            assert np.isclose(expected[ours][name], value, rtol=0, atol=1e-13, equal_nan=True)


def multilabel_expected(truth, predicted, p):
    columns = [binary_measures(t, d, q) for t, d, q in zip(truth.T, predicted.T, p.T)]
    rows = [row_measures(t, d, q) for t, d, q in zip(truth, predicted, p)]
    support = truth.sum(axis=0)
    expected = {
        "labels": [{"support": s} | column for s, column in zip(support, columns)],
        "micro": binary_measures(truth.ravel(), predicted.ravel(), p.ravel()),
        "macro": mean_measures(MEASURES, columns),
        "weighted": mean_measures(MEASURES, columns, support),
        "per_text": mean_measures(ROW_MEASURES, rows),
        "subset_accuracy": metrics.accuracy_score(truth, predicted),
        "hamming_loss": metrics.hamming_loss(truth, predicted),
        "label_ranking_average_precision": metrics.label_ranking_average_precision_score(truth, p),
        "coverage_error": metrics.coverage_error(padded(truth, 0), padded(p, -1)),
    }
    check_averages(truth, predicted, expected)
    return expected


def label_lists(matrix):
    return [np.flatnonzero(row).tolist() for row in matrix]


def multilabel_case(name, truth, predicted, p):
    inputs = {
        "name": name,
        "n_labels": truth.shape[1],
        "truths": label_lists(truth),
        "predicted": label_lists(predicted),
        "probabilities": p.tolist(),
    }
    return inputs | multilabel_expected(truth, predicted, p)


def draw_multilabel(seed, n_texts, n_labels):
    """Truths, and probabilities that follow them loosely."""
    rng = np.random.default_rng(seed)
    share = rng.uniform(0.2, 0.6, n_labels)
    truth = (rng.random((n_texts, n_labels)) < share).astype(int)
    p = 1 / (1 + np.exp(-(2 * truth - 1 + 1.5 * rng.standard_normal(truth.shape))))
    return truth, p


def decide(p, thresholds=0.5):
    return (p >= thresholds).astype(int)


def case_random():
    truth, p = draw_multilabel(1, 60, 4)
    return multilabel_case("random", truth, decide(p, [0.5, 0.35, 0.6, 0.5]), p)


def case_ties():
    truth, p = draw_multilabel(2, 60, 4)
    p = np.clip(np.round(p, 1), 0.1, 0.9)
    return multilabel_case("many ties", truth, decide(p), p)


def case_never_true():
    truth, p = draw_multilabel(3, 40, 4)
    truth[:, 2] = 0
    return multilabel_case("a label never true", truth, decide(p), p)


def case_never_predicted():
    truth, p = draw_multilabel(4, 40, 4)
    p[:, 1] *= 0.45
    return multilabel_case("a label never predicted", truth, decide(p), p)


def case_neither():
    truth, p = draw_multilabel(5, 40, 4)
    truth[:, 0] = 0
    p[:, 0] *= 0.45
    return multilabel_case("a label neither true nor predicted", truth, decide(p), p)


def case_always_true():
    truth, p = draw_multilabel(6, 40, 4)
    truth[:, 3] = 1
    return multilabel_case("a label always true", truth, decide(p), p)


def case_none_and_all():
    truth, p = draw_multilabel(7, 48, 4)
    truth[0:12] = 0
    truth[12:24] = 1
    p[[0, 1, 24, 25]] *= 0.45
    p[[12, 13, 26, 27]] = 1 - 0.45 * p[[12, 13, 26, 27]]
    return multilabel_case("texts without labels and with all labels", truth, decide(p), p)


def case_single_text():
    truth = np.array([[1, 0, 1, 0, 0]])
    p = np.random.default_rng(8).uniform(0.02, 0.98, truth.shape)
    return multilabel_case("a single text", truth, np.array([[1, 1, 0, 0, 0]]), p)


def case_zero_one():
    """Exact 0 and 1, both right and wrong: the log loss clips them at the float64 epsilon."""
    truth, p = draw_multilabel(9, 40, 4)
    sure = np.random.default_rng(90).random(p.shape) < 0.3
    p[sure] = np.round(p[sure])
    for right in (0, 1):
        for given in (0.0, 1.0):
            assert ((truth == right) & (p == given)).any()
    return multilabel_case("exact 0 and 1", truth, decide(p), p)


def case_one_label():
    truth, p = draw_multilabel(10, 40, 1)
    return multilabel_case("one label only", truth, decide(p), p)


def multilabel_cases():
    return [
        case_random(),
        case_ties(),
        case_never_true(),
        case_never_predicted(),
        case_neither(),
        case_always_true(),
        case_none_and_all(),
        case_single_text(),
        case_zero_one(),
        case_one_label(),
    ]


# ---- multi-class ----


def multiclass_case(name, seed, n_texts, n_labels, never=None):
    rng = np.random.default_rng(seed)
    possible = [label for label in range(n_labels) if label != never]
    truth = rng.choice(possible, n_texts)
    weight = np.exp(rng.standard_normal((n_texts, n_labels)) + 1.2 * np.eye(n_labels)[truth])
    p = weight / weight.sum(axis=1, keepdims=True)
    predicted = p.argmax(axis=1)
    labels = list(range(n_labels))
    return {
        "name": name,
        "n_labels": n_labels,
        "truths": truth.tolist(),
        "predicted": predicted.tolist(),
        "probabilities": p.tolist(),
        "accuracy": metrics.accuracy_score(truth, predicted),
        "log_loss": metrics.log_loss(truth, p, labels=labels),
        "matthews": metrics.matthews_corrcoef(truth, predicted),
        "confusion": metrics.confusion_matrix(truth, predicted, labels=labels).tolist(),
    }


def multiclass_cases():
    return [
        multiclass_case("random", 20, 60, 4),
        multiclass_case("a class never true", 21, 50, 4, never=2),
    ]


# ---- agreement of two coders ----


def kappa(first, second):
    constant = len(set(first) | set(second)) == 1
    return np.nan if constant else metrics.cohen_kappa_score(first, second)


def alpha(first, second):
    """krippendorff refuses data that hold a single value."""
    if len(set(first) | set(second)) == 1:
        return np.nan
    return krippendorff.alpha(np.array([first, second]), level_of_measurement="nominal")


def agreement_case(name, first, second):
    return {
        "name": name,
        "n_labels": first.shape[1],
        "first": label_lists(first),
        "second": label_lists(second),
        "kappa": [kappa(a, b) for a, b in zip(first.T, second.T)],
        "alpha": [alpha(a, b) for a, b in zip(first.T, second.T)],
    }


def draw_coders(seed, n_texts, n_labels):
    rng = np.random.default_rng(seed)
    first = (rng.random((n_texts, n_labels)) < 0.4).astype(int)
    changed = rng.random(first.shape) < 0.2
    return first, np.where(changed, 1 - first, first)


def agreement_cases():
    random = draw_coders(30, 50, 4)
    unused = draw_coders(31, 40, 4)
    for coder in unused:
        coder[:, 1] = 0  # used by neither
        coder[:, 2] = 1  # used by both for every text
    rare = draw_coders(32, 60, 4)
    for coder in rare:
        coder[:, [0, 1, 2]] = 0
    rare[0][[5, 17], 0] = 1  # label 0: one text in common
    rare[1][[17, 40], 0] = 1
    rare[0][9, 1] = 1  # label 1: used once, by the first coder only
    rare[0][3, 2] = rare[1][3, 2] = 1  # label 2: used once, for the same text
    return [
        agreement_case("random", *random),
        agreement_case("a label never used, a label always used", *unused),
        agreement_case("rare labels", *rare),
    ]


# ---- tests ----


def mcnemar_case(only_first, only_second):
    """The mid-p value is the exact p-value less the probability of the counts seen; with
    equal counts 1 less half of it (Fagerland, Lydersen and Laake 2013)."""
    case = {"only_first": only_first, "only_second": only_second, "exact": None, "mid": None}
    n = only_first + only_second
    if n > 0:
        exact = mcnemar([[0, only_first], [only_second, 0]], exact=True).pvalue
        case["exact"] = exact
        seen = binom.pmf(only_first, n, 0.5)
        case["mid"] = exact - (seen / 2 if only_first == only_second else seen)
    return case


def mcnemar_cases():
    pairs = [(0, 0), (0, 1), (0, 5), (5, 0), (3, 9), (7, 7), (7, 8), (120, 80), (2000, 1800)]
    return [mcnemar_case(*pair) for pair in pairs]


def holm_case(p):
    return {"p": p, "adjusted": multipletests(p, method="holm")[1].tolist()}


def holm_cases():
    rng = np.random.default_rng(40)
    return [
        holm_case([0.03]),
        holm_case([0.01, 0.04, 0.03, 0.005]),
        holm_case([0.02, 0.01, 0.02, 0.01, 0.3]),  # ties
        holm_case([0.9, 0.4, 0.001, 0.6, 0.5]),  # some become 1
        holm_case([0.011, 0.012, 0.02, 0.021]),  # some take the value before them
        holm_case([1.0, 0.0, 1.0, 0.2]),
        holm_case((rng.random(12) ** 3).tolist()),
    ]


# ---- output ----


def plain(value):
    """Python numbers for numpy's, None for nan."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, np.integer):
        return int(value)
    if isinstance(value, float):  # numpy's float64 too
        return None if math.isnan(value) else float(value)
    return value


def main():
    made = {
        "versions": {package: version(package) for package in PACKAGES},
        "multilabel": multilabel_cases(),
        "multiclass": multiclass_cases(),
        "agreement": agreement_cases(),
        "mcnemar": mcnemar_cases(),
        "holm": holm_cases(),
    }
    path = Path(__file__).with_name("evaluation.json")
    path.write_text(json.dumps(plain(made), allow_nan=False) + "\n")


if __name__ == "__main__":
    main()
