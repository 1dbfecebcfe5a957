"""The quality gate: its limits against independent arithmetic, its verdicts, and how often it is wrong."""

from __future__ import annotations

import re

import numpy as np
import polars as pl
import pytest
import simulated_audit
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.stats import norm

from dashboard.quality.model.non_inferiority import (
    MINIMUM_PAIRS,
    _bound_clustered,
    compare_paired_quality,
    compare_unpaired_quality,
    compute_sample_size,
    compute_score_limits,
    format_bounds,
    format_loss,
)


def oracle(gained: int, lost: int, n: int, level: float) -> float:
    """Return Tango's lower limit from the likelihood itself: its derivative solved, the test inverted by bisection."""

    def statistic(difference: float) -> float:
        # Probabilities: q + difference gained, q lost, the rest concordant; q maximises the likelihood.
        low, high = max(0.0, -difference), (1 - difference) / 2

        def slope(q: float) -> float:
            gain = gained / (q + difference) if gained else 0.0
            loss = lost / q if lost else 0.0
            return gain + loss - 2 * (n - gained - lost) / (1 - 2 * q - difference)

        tiny = 1e-15
        q = low if slope(low + tiny) <= 0 else brentq(slope, low + tiny, high - tiny, xtol=1e-16, rtol=1e-15)
        return float((gained - lost - n * difference) / np.sqrt(n * (2 * q + difference - difference**2)))

    left, right = -1 + 1e-9, (gained - lost) / n
    for _ in range(80):
        middle = (left + right) / 2
        left, right = (middle, right) if statistic(middle) > norm.ppf(level) else (left, middle)
    return left


def pairs(gained: int, lost: int, both: int, annotator: str | None = None) -> pl.DataFrame:
    human = [0.0] * gained + [1.0] * lost + [1.0] * both
    automated = [1.0] * gained + [0.0] * lost + [1.0] * both
    items = [f"i{item}" for item in range(len(human))]
    return pl.DataFrame(
        {"item": items, "annotator": [annotator] * len(items), "human": human, "automated": automated},
        schema_overrides={"annotator": pl.String},
    )


def crew(rng: np.random.Generator, people: int, each: int, gap: float) -> pl.DataFrame:
    """Return an audit of people whose gap to automation varies around `gap`."""
    who = np.repeat(np.arange(people), each)
    score = rng.beta(8, 2, people * each)
    return pl.DataFrame(
        {
            "item": [f"i{item}" for item in range(people * each)],
            "annotator": [f"a{person}" for person in who],
            "human": score,
            "automated": np.clip(score + gap + rng.normal(0, 0.05, people)[who] + rng.normal(0, 0.1, len(who)), 0, 1),
        }
    )


@pytest.mark.parametrize("level", [0.9, 0.95, 0.975])
@pytest.mark.parametrize(
    ("gained", "lost", "n"),
    [(1, 7, 21), (6, 16, 161), (40, 20, 160), (0, 5, 50), (5, 0, 50), (30, 42, 1_600), (3, 3, 12), (0, 1, 400)],
)
def test_tangos_limit_agrees_with_the_likelihood(gained: int, lost: int, n: int, level: float) -> None:
    low, high = compute_score_limits(gained, lost, n, level)
    assert low == pytest.approx(oracle(gained, lost, n, level), abs=1e-6)
    assert high == pytest.approx(-oracle(lost, gained, n, level), abs=1e-6)


def test_tangos_limit_without_any_discordance_is_the_closed_form() -> None:
    z = float(norm.ppf(0.95))
    assert compute_score_limits(0, 0, 100) == pytest.approx((-(z**2) / (100 + z**2), z**2 / (100 + z**2)), abs=1e-9)


def test_tangos_limit_at_the_ends() -> None:
    assert compute_score_limits(0, 10, 10)[0] == -1.0
    assert compute_score_limits(10, 0, 10)[1] == 1.0


@pytest.mark.parametrize(
    ("gained", "lost", "verdict"), [(40, 40, "confirmed"), (20, 200, "void"), (60, 90, "not confirmed")]
)
def test_the_verdict_is_where_the_whole_interval_lies(gained: int, lost: int, verdict: str) -> None:
    answer = compare_paired_quality(pairs(gained, lost, 2_000 - gained - lost), margin=0.02)
    assert answer.verdict == verdict
    assert answer.difference == pytest.approx((gained - lost) / 2_000)
    assert answer.method.startswith("Tango")
    assert answer.refused is None


@pytest.mark.parametrize(
    ("low", "high", "margin", "loss", "bounds"),
    [
        (-0.0004, 0.0101, 0.02, "0.1", ("−0.1", "+1.1")),
        (0.003, 0.02, 0.02, "0.0", ("+0.3", "+2.0")),
        (-0.01996, -0.0001, 0.02, "2.0", ("−2.0", "0.0")),
        (-0.0123, 0.0, 0.0125, "1.23", ("−1.23", "0.00")),
        (-0.07, 0.07, 0.07, "7.0", ("−7.0", "+7.0")),
    ],
)
def test_printed_bounds_hold_the_true_ones(
    low: float, high: float, margin: float, loss: str, bounds: tuple[str, str]
) -> None:
    assert format_loss(low, margin) == loss
    assert format_bounds(low, high, margin) == bounds


def test_a_loss_within_a_fine_margin_is_printed_within_it() -> None:
    answer = compare_paired_quality(pairs(40, 40, 1_920), margin=0.0125)
    assert answer.verdict == "confirmed"
    assert answer.bound is not None
    printed, allowed = (float(text) for text in re.findall(r"at most (\S+) points.*up to (\S+) was", answer.words)[0])
    assert -100 * answer.bound <= printed <= allowed == 1.25


def test_a_small_audit_confirms_nothing_however_perfect() -> None:
    answer = compare_paired_quality(pairs(0, 0, 29), margin=0.02)
    assert (answer.verdict, answer.bound, answer.n) == ("not confirmed", None, 29)
    assert answer.refused is not None
    assert "1,546" in answer.refused.needed
    assert compare_paired_quality(pairs(0, 0, 60), margin=0.02).verdict == "not confirmed"
    assert compare_paired_quality(pairs(0, 0, 60, "ada"), margin=0.02).verdict == "not confirmed"


def test_no_audit_is_not_confirmed() -> None:
    answer = compare_paired_quality(pairs(0, 0, 0), margin=0.02)
    assert (answer.verdict, answer.n, answer.annotators) == ("not confirmed", 0, 0)
    assert answer.words.startswith("Quality not established")


def test_unknown_scores_are_left_out_and_not_taken_for_wrong() -> None:
    known = pairs(20, 20, 400)
    holes = known.with_columns(automated=pl.lit(None, pl.Float64)).head(200).with_columns(item=pl.lit("hole"))
    assert compare_paired_quality(pl.concat([known, holes]), margin=0.05) == compare_paired_quality(known, margin=0.05)


def test_zero_discordance_of_several_people_is_not_certainty() -> None:
    audit = pl.concat([pairs(0, 0, 20, "ada"), pairs(0, 0, 20, "ben")]).with_columns(
        item=pl.int_range(pl.len()).cast(pl.String)
    )
    answer = compare_paired_quality(audit, margin=0.02)
    assert answer.bound == pytest.approx(compute_score_limits(0, 0, 40)[0])
    assert answer.verdict == "not confirmed"


def test_the_clustered_bound_is_that_of_statsmodels() -> None:
    import statsmodels.api as sm
    from scipy.stats import t

    audit = crew(np.random.default_rng(1), 8, 40, 0.0)
    answer = compare_paired_quality(audit, margin=0.05)
    difference = (audit["automated"] - audit["human"]).to_numpy()
    codes = audit["annotator"].str.slice(1).cast(pl.Int64).to_numpy()
    fit = sm.OLS(difference, np.ones_like(difference)).fit(cov_type="cluster", cov_kwds={"groups": codes})
    assert answer.bound == pytest.approx(fit.params[0] - t.ppf(0.95, 7) * fit.bse[0], abs=1e-9)
    assert (answer.annotators, answer.method) == (8, "t clustered by annotator")


def test_an_automatic_label_compared_with_many_people_counts_once() -> None:
    rng = np.random.default_rng(5)
    hits = (rng.random(50) < 0.8).astype(float)
    audit = pl.DataFrame(
        {
            "item": [f"i{item}" for item in range(50)] * 6,
            "annotator": [f"a{person}" for person in range(6) for _ in range(50)],
            "human": (rng.random(300) < 0.8).astype(float),
            "automated": np.tile(hits, 6),
        }
    )
    crossed = compare_paired_quality(audit, margin=0.05)
    apart = compare_paired_quality(audit.with_columns(item=pl.int_range(pl.len()).cast(pl.String)), margin=0.05)
    assert crossed.method == "t clustered by annotator and item"
    assert crossed.bound is not None
    assert apart.bound is not None
    assert crossed.bound < apart.bound


def test_scores_of_many_people_are_resampled_by_person() -> None:
    audit = crew(np.random.default_rng(2), 24, 30, -0.01)
    answer = compare_paired_quality(audit, margin=0.1)
    assert answer.method == "paired bootstrap of annotators, 2,000 resamples"
    clustered = _bound_clustered(audit, (audit["automated"] - audit["human"]).to_numpy(), 0.95)
    assert clustered is not None
    assert answer.bound == pytest.approx(clustered.low, abs=0.004)
    assert answer == compare_paired_quality(audit, margin=0.1)


def test_scores_without_names_are_resampled_by_item() -> None:
    audit = crew(np.random.default_rng(3), 10, 50, 0.0).with_columns(annotator=pl.lit(None, pl.String))
    answer = compare_paired_quality(audit, margin=0.05)
    assert answer.method == "paired bootstrap of items, 2,000 resamples"
    difference = audit["automated"] - audit["human"]
    assert answer.bound == pytest.approx(difference.mean() - 1.645 * difference.std() / 500**0.5, abs=0.002)


def test_scores_that_never_differ_are_refused() -> None:
    audit = pl.DataFrame({"item": [f"i{i}" for i in range(40)], "annotator": ["a"] * 40, "human": [0.5] * 40})
    answer = compare_paired_quality(audit.with_columns(automated=pl.col("human")), margin=0.02)
    assert answer.refused is not None
    assert answer.verdict == "not confirmed"


def test_items_without_a_name_are_not_one_item() -> None:
    audit = pl.concat([pairs(5, 8, 87, "ada"), pairs(9, 4, 87, "ben")]).with_columns(item=pl.lit(None, pl.String))
    numbered = audit.with_columns(item=pl.int_range(pl.len()).cast(pl.String))
    assert compare_paired_quality(audit, margin=0.05) == compare_paired_quality(numbered, margin=0.05)


@pytest.mark.parametrize(
    ("discordance", "margin", "needed"),
    [(0.05, 0.01, 3_092), (0.10, 0.02, 1_546), (0.20, 0.03, 1_374), (0.05, 0.05, 124)],
)
def test_the_sample_size_for_80_percent_power(discordance: float, margin: float, needed: int) -> None:
    # Published with z rounded to .842 and 1.645.
    assert compute_sample_size(discordance, margin) == pytest.approx(needed, abs=1 + needed * 2e-4)


@pytest.mark.parametrize(("margin", "level"), [(0.0, 0.95), (1.0, 0.95), (0.02, 1.0), (-0.02, 0.95)])
def test_a_margin_or_level_outside_of_its_range_is_refused(margin: float, level: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        compare_paired_quality(pairs(1, 1, 40), margin=margin, level=level)


def logged(rng: np.random.Generator, gap: float, *, people: int = 6, each: int = 200) -> pl.DataFrame:
    """Return gold scores of a log in which the accurate people use assistance more often."""
    accuracy = np.linspace(0.8, 0.95, people)
    who = np.repeat(np.arange(people), each)
    assisted = rng.random(len(who)) < np.linspace(0.2, 0.8, people)[who]
    score = (rng.random(len(who)) < accuracy[who] + gap * assisted).astype(float)
    return pl.DataFrame({"annotator": [f"a{person}" for person in who], "assisted": assisted, "score": score})


def test_unpaired_scores_are_compared_within_people() -> None:
    labels = logged(np.random.default_rng(4), 0.0)
    answer = compare_unpaired_quality(labels, margin=0.05)
    people = labels["annotator"].to_dummies().to_numpy()
    design = np.column_stack([labels["assisted"].to_numpy(), people])
    fit, *_ = np.linalg.lstsq(design, labels["score"].to_numpy(), rcond=None)
    assert answer.difference == pytest.approx(fit[0], abs=1e-9)
    plain = labels.group_by("assisted").agg(pl.col("score").mean()).sort("assisted")["score"].diff()[1]
    assert plain > answer.difference + 0.02, "better people use it more: plain means flatter assistance"
    assert "Weaker evidence" in answer.words


def test_automatic_labels_without_a_person_are_compared_with_the_pool() -> None:
    rng = np.random.default_rng(6)
    human = logged(rng, 0.0).with_columns(assisted=pl.lit(value=False))
    machine = pl.DataFrame(
        {"annotator": [None] * 400, "assisted": [True] * 400, "score": (rng.random(400) < 0.6).astype(float)},
        schema_overrides={"annotator": pl.String},
    )
    answer = compare_unpaired_quality(pl.concat([human, machine]), margin=0.02)
    assert (answer.verdict, answer.annotators) == ("void", 6)
    assert answer.method == "difference of means, t clustered by annotator"


def test_an_unpaired_gate_needs_labels_and_people_on_both_sides() -> None:
    labels = logged(np.random.default_rng(7), 0.0)
    few = compare_unpaired_quality(labels.filter(~pl.col("assisted")), margin=0.02)
    alone = compare_unpaired_quality(labels.filter(pl.col("annotator") == "a2"), margin=0.02)
    assert few.refused is not None
    assert alone.refused is not None
    assert (few.verdict, alone.verdict) == ("not confirmed", "not confirmed")


def test_worse_quality_is_seldom_confirmed_though_people_differ() -> None:
    rates = simulated_audit.type_one(80, (400, 1_600))
    assert rates["clustered"].max() <= 0.07
    assert rates["independent"][1] > 0.10, "the test that ignores people is the one that is wrong"


@given(
    gained=st.integers(0, 60), lost=st.integers(0, 60), both=st.integers(0, 400),
    margin=st.floats(0.005, 0.2), wider=st.floats(1.0, 4.0),
)  # fmt: skip
def test_a_wider_margin_never_takes_a_confirmation_away(
    gained: int, lost: int, both: int, margin: float, wider: float
) -> None:
    assume(gained + lost + both >= MINIMUM_PAIRS)
    audit = pairs(gained, lost, both)
    order = ["void", "not confirmed", "confirmed"]
    strict, lenient = (
        compare_paired_quality(audit, margin=margin),
        compare_paired_quality(audit, margin=min(0.9, margin * wider)),
    )
    assert order.index(strict.verdict) <= order.index(lenient.verdict)
    assert strict.bound == lenient.bound
