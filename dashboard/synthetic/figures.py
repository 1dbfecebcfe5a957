"""The figures about the return of labels, synthetic labels and modeling hours."""

from __future__ import annotations

import polars as pl

from dashboard.errors import Cause, Unavailable
from dashboard.figures.spec import FigureSpec, build_query_spec
from dashboard.synthetic.exchange_rate import build_point_rows, build_rate_rows, explain_missing_rate
from dashboard.synthetic.label_savings import build_label_savings_rows, explain_missing_savings
from dashboard.synthetic.marginal_return import build_return_rows, explain_missing_return
from dashboard.synthetic.parity import build_parity_rows

RUNS_NOTE = (
    "All finished runs up to the last day of the period that name their labels; the first day does not narrow them. "
    "The metric is the one that most seeded runs have, as an error: 1 - score where higher is better. Seeds are "
    "averaged; the best is never picked. All runs must be scored on one frozen test set, which no log can show. "
    "Runs whose labels a model chose are left out."
)
CURVE_FORMULA = "error = floor + scale x (labels by people + kappa x synthetic labels)^(-exponent), fitted on log error"
IGNORED_FILTERS = ("teams", "people", "roles", "categories")


def explain_missing_runs(rows: pl.DataFrame) -> Unavailable | None:
    """Return why there are no runs to list, or None."""
    if rows.height:
        return None
    return Unavailable(
        "No training run matches the filters.",
        "Import an export of an experiment tracker, or widen the selection.",
        Cause.nothing_matches,
    )


FIGURES: tuple[FigureSpec, ...] = (
    FigureSpec(
        "exchange_rate",
        "What a synthetic label is worth in labels by people",
        "labels by people per synthetic label",
        f"{RUNS_NOTE} One code version: the one with the most runs on mixtures. The rate holds within the range tried.",
        f"{CURVE_FORMULA}; kappa is the rate; a synthetic label pays if it costs less than kappa labels by people",
        rows=build_rate_rows,
        about="runs",
        counts_labels=True,
        ignores=IGNORED_FILTERS,
        refuses=explain_missing_rate,
    ),
    FigureSpec(
        "exchange_rate_points",
        "Model error by labels of people and synthetic labels",
        "error",
        f"{RUNS_NOTE} One row per mixture: the geometric mean of its seeds, the smallest and the largest.",
        f"fitted: {CURVE_FORMULA}; null where the runs do not suffice for a rate",
        rows=build_point_rows,
        chart="dashboard.synthetic.charts:build_exchange_chart",
        about="runs",
        counts_labels=True,
        ignores=IGNORED_FILTERS,
    ),
    FigureSpec(
        "marginal_return",
        "What the next 40 hours return: labeling against modeling",
        "share of the present error",
        f"{RUNS_NOTE} Labels by people only. A history in which both grow together is described as 'consistent with' "
        "and never ranks. Modeling hours: those a run names, else those booked on the project up to the code's "
        "first run.",
        "elasticity = -d log error / d log labels (final code), or / d log modeling hours (all labels); gain = 1 - "
        "(amount after 40 hours / amount now)^(-elasticity)",
        rows=build_return_rows,
        chart="dashboard.synthetic.charts:build_return_chart",
        about="runs",
        counts_hours=True,
        counts_labels=True,
        ignores=IGNORED_FILTERS,
        refuses=explain_missing_return,
    ),
    FigureSpec(
        "label_savings",
        "Labels that active learning and pre-training save at equal model error",
        "labels, and share of the labels needed without it",
        "Runs of one code version that say how their labels were chosen (selection), or whether their model was "
        "pre-trained without labels (pretraining), on labels by people. The curve without is never extrapolated. "
        "Hours: labels saved x seconds per label, which assumes that chosen "
        "labels take no longer; they are often harder.",
        "saved = labels needed without the technique for the same error - labels used with it",
        rows=build_label_savings_rows,
        chart="dashboard.synthetic.charts:build_learning_chart",
        about="runs",
        counts_hours=True,
        counts_labels=True,
        ignores=IGNORED_FILTERS,
        refuses=explain_missing_savings,
    ),
    FigureSpec(
        "synthetic_parity",
        "Synthetic data against human work: reports, gate, hours avoided",
        "as given in each row; reports on their own scales",
        "Scores of different tools have different scales and are never averaged. A report compares distributions; the "
        "gate says whether the labels are right, and the exchange rate what a model learns from them. Reports without "
        "a day or a project belong to every selection.",
        "hours avoided = synthetic labels x kappa x seconds per label by people / 3600; share = synthetic / all "
        "finished labels; gate: see `quality_gate`",
        rows=build_parity_rows,
        chart="dashboard.synthetic.charts:build_parity_chart",
        about="reports",
        counts_labels=True,
        ignores=IGNORED_FILTERS,
    ),
    build_query_spec(
        "training_runs",
        "one row per run",
        person_level=True,
        about="files",
        ignores=("teams", "roles", "categories"),
        refuses=explain_missing_runs,
    ),
)
