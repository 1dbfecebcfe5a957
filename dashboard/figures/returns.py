"""The figures about what labels, synthetic labels and modeling hours return, as data."""

from __future__ import annotations

from dashboard.figures import returns_active, returns_exchange, returns_marginal, returns_parity
from dashboard.figures.spec import FigureSpec

RUNS = (
    "All finished runs up to the last day of the period that name their labels; the first day does not narrow them. "
    "The metric is the one most runs with a seed have, as an error: 1 - score where higher is better. Seeds are "
    "averaged, the best is never picked. All must be scored on one frozen test set, which no log can show. "
    "Runs whose labels a model chose are left out."
)
CURVE = "error = floor + scale x (labels by people + kappa x synthetic labels)^(-exponent), fitted on log error"
NOT_ASKED = ("teams", "people", "roles", "categories")

RETURNS: tuple[FigureSpec, ...] = (
    FigureSpec(
        "exchange_rate",
        "What a synthetic label is worth in labels by people",
        "labels by people for one synthetic label",
        f"{RUNS} One code version: the one with the most runs on mixtures. The rate holds in the range that was tried.",
        f"{CURVE}; kappa is the rate; a synthetic label pays if it costs less than kappa labels by people",
        rows=returns_exchange.rates,
        about="runs",
        ignores=NOT_ASKED,
        refuses=returns_exchange.refusal,
    ),
    FigureSpec(
        "exchange_rate_points",
        "Model error by labels of people and synthetic labels",
        "error",
        f"{RUNS} One row a mixture: the geometric mean of its seeds, the smallest and the largest.",
        f"fitted: {CURVE}; empty where the runs cannot carry a rate",
        rows=returns_exchange.points,
        chart="exchange_rate",
        about="runs",
        ignores=NOT_ASKED,
    ),
    FigureSpec(
        "marginal_return",
        "What the next 40 hours return: labeling against modeling",
        "share of the present error",
        f"{RUNS} Labels by people only. A history in which both grow together is shown as consistent with, and never "
        "ranks. Modeling hours: those a run names, else booked on the project up to the first run of the code.",
        "elasticity = -d log error / d log labels (final code), or / d log modeling hours (all labels); gain = 1 - "
        "(amount after 40 hours / amount now)^(-elasticity)",
        rows=returns_marginal.rows,
        chart="marginal_return",
        about="runs",
        ignores=NOT_ASKED,
        refuses=returns_marginal.refusal,
    ),
    FigureSpec(
        "label_savings_of_active_learning",
        "Labels that active learning saves at equal model error",
        "labels, and share of the labels chosen at random",
        "Runs of one code version that say how their labels were chosen, on labels by people. The random curve is "
        "never drawn on beyond its runs. Hours: labels saved x seconds a label, which assumes that chosen labels "
        "take no longer; they are often the hard ones.",
        "saved = labels chosen at random for the same error - labels chosen by active learning",
        rows=returns_active.rows,
        chart="label_savings_of_active_learning",
        about="runs",
        ignores=NOT_ASKED,
        refuses=returns_active.refusal,
    ),
    FigureSpec(
        "synthetic_parity",
        "Synthetic data against human work: reports, gate, hours avoided",
        "as said in each row; reports on their own scales",
        "Scores of different tools are on different scales and are never averaged. A report compares distributions; "
        "whether the labels are right is said by the gate, and what a model learns from them by the exchange rate. "
        "Reports without a day or a project stand in every selection.",
        "hours avoided = synthetic labels x kappa x seconds a label of people / 3600; share = synthetic / all finished "
        "labels; gate: see `quality_gate`",
        rows=returns_parity.rows,
        chart="synthetic_parity",
        about="reports",
        ignores=NOT_ASKED,
    ),
)
