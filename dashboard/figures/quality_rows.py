"""What reviewers accepted, caught and sent back, with intervals, and how far people agree."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from dashboard import catalog
from dashboard.estimates.agreement import Scale, krippendorff
from dashboard.estimates.anchoring import anchoring
from dashboard.estimates.means import mean
from dashboard.estimates.rubber_stamp import floor, rubber_stamp
from dashboard.store import Snapshot

LEVEL = 0.95
Z = 1.959963984540054  # the normal quantile of 0.975
FEWEST = 10  # scores below which a mean has no interval worth printing
COMPARED = (
    "Alpha compares what people answered on items that two or more labeled by hand: classes as same or not, ratings "
    "and numbers by their distance, never where a box or span lies. Where an export does not tell the answers, it "
    "compares how many objects each person found. What was imported by an earlier version holds no answers: undo the "
    "import and import the file again."
)
SAME_ANSWER = "An answer is the same only as a whole; where boxes and spans lie is not compared."
SAME_NUMBER = "Finding as many objects is not finding the same ones."
NOT_EVIDENCE = "Agreement after assistance is no evidence of quality: people agree with the suggestion they saw."

AGREEMENT: dict[str, pl.DataType] = {
    "project": pl.String(),
    "measure": pl.String(),
    "basis": pl.String(),
    "items": pl.Int64(),
    "people": pl.Int64(),
    "value": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "method": pl.String(),
    "caveat": pl.String(),
}

STAMPS: dict[str, pl.DataType] = {
    "automation": pl.String(),
    "warning": pl.Boolean(),
    "words": pl.String(),
    "weeks": pl.Int64(),
    "unchanged_share": pl.Float64(),
    "seconds": pl.Float64(),
    "least_seconds": pl.Float64(),
    "gold_error": pl.Float64(),
    "needed": pl.String(),
}

SHIFTS: dict[str, pl.DataType] = {
    "automation": pl.String(),
    "compared": pl.String(),
    "items": pl.Int64(),
    "shifted": pl.Boolean(),
    "distance_share": pl.Float64(),
    "by_chance_share": pl.Float64(),
    "p": pl.Float64(),
    "words": pl.String(),
    "method": pl.String(),
    "needed": pl.String(),
}


def wilson(part: str, whole: str, name: str) -> list[pl.Expr]:
    """Return a share with its Wilson score interval: name_share, name_low, name_high; null without a whole.

    Source: Wilson (1927), Probable inference, JASA 22, 209-212.
    """
    n = pl.when(pl.col(whole) > 0).then(pl.col(whole).cast(pl.Float64))
    share = pl.col(part) / n
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    reach = Z * (share * (1 - share) / n + Z * Z / (4 * n * n)).sqrt() / (1 + Z * Z / n)
    return [
        share.alias(f"{name}_share"),
        (middle - reach).clip(0, 1).alias(f"{name}_low"),
        (middle + reach).clip(0, 1).alias(f"{name}_high"),
    ]


def acceptance(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return acceptance and first-pass acceptance of everything, of each project, method and automation."""
    counted = catalog.run(snapshot, "acceptance_counts", params)
    return counted.filter(pl.col("labels") > 0).with_columns(
        *wilson("accepted", "reviewed", "accepted"),
        *wilson("first_pass", "reviewed", "first_pass"),
        *wilson("reviewed", "labels", "reviewed")[:1],
        rejections_per_label=pl.col("rejections") / pl.when(pl.col("reviewed") > 0).then("reviewed"),
    )


def accepted_overall(rows: pl.DataFrame) -> dict[str, object] | None:
    """Return the acceptance of all reviewed labels with its interval, or None where nothing was reviewed."""
    found = rows.filter(pl.col("cut") == "all labels", pl.col("reviewed") > 0)
    if found.is_empty():
        return None
    row = found.row(0, named=True)
    return {
        "value": row["accepted_share"], "low": row["accepted_low"], "high": row["accepted_high"], "level": LEVEL,
        "n": row["reviewed"], "method": "Wilson score interval", "grade": None,
    }  # fmt: skip


def stages(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return what each review stage of each project costs and catches."""
    return catalog.run(snapshot, "stage_counts", params).with_columns(wilson("caught", "items", "caught"))


def errors(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return what errors cost downstream, of everything and of each class of errors."""
    return catalog.run(snapshot, "error_steps", params).with_columns(wilson("errors", "reviewed", "error"))


def agreement(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return agreement by project (columns of AGREEMENT): the tools' scores, alpha of answers or else of objects."""
    scores = catalog.run(snapshot, "agreement_scores", params)
    counts = catalog.run(snapshot, "object_counts", params)
    rows = [
        _reported(project, scores.filter(pl.col("project") == project, pl.col("is_assisted") == assisted), assisted)
        for project in scores.get_column("project").unique().sort()
        for assisted in (False, True)
    ]
    answers = catalog.run(snapshot, "people_answers", params)
    told = set(answers.get_column("project"))
    for project in sorted(told | set(counts.get_column("project"))):
        if project in told:
            rows.append(_of_answers(project, answers.filter(pl.col("project") == project)))
        else:
            own = counts.filter(pl.col("project") == project).rename({"objects": "value"})
            rows.append(_alpha(project, "number of objects", own, ("ratio", SAME_NUMBER)))
    return pl.DataFrame([row for row in rows if row["items"]], schema=AGREEMENT)


def _reported(project: str, scores: pl.DataFrame, assisted: bool) -> dict[str, object]:  # noqa: FBT001 - one caller
    values = scores.get_column("agreement")
    found = mean(values) if len(values) >= FEWEST else None
    basis = "from suggestions" if assisted else "by hand" if scores.get_column("is_manual").all() else "method unknown"
    return {
        "project": project,
        "measure": "score of the tool",
        "basis": basis,
        "items": len(values),
        "people": None,
        "value": found.value if found else None,
        "low": found.low if found else None,
        "high": found.high if found else None,
        "method": "mean over items, t interval" if found else f"not enough data: {FEWEST} items are the least",
        "caveat": NOT_EVIDENCE if assisted else "",
    }


def _of_answers(project: str, answers: pl.DataFrame) -> dict[str, object]:
    if answers.get_column("number").null_count():
        return _alpha(project, "answers", answers.rename({"answer": "value"}), ("nominal", SAME_ANSWER))
    return _alpha(project, "answers", answers.rename({"number": "value"}), ("interval", ""))


def _alpha(project: str, compared: str, ratings: pl.DataFrame, manner: tuple[Scale, str]) -> dict[str, object]:
    scale, caveat = manner
    found = krippendorff(ratings.select("item", "value", annotator="person_name"), scale)
    reason = f"not enough data: {found.refused.reason}" if found.refused else found.method
    return {
        "project": project,
        "measure": f"alpha of the {compared}",
        "basis": "by hand",
        "items": found.items,
        "people": found.annotators,
        "value": found.alpha.value if found.alpha else None,
        "low": found.alpha.low if found.alpha else None,
        "high": found.alpha.high if found.alpha else None,
        "method": reason,
        "caveat": caveat,
    }


def stamps(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return for each automation whether suggestions may be waved through (columns of STAMPS)."""
    weeks = catalog.run(snapshot, "suggestions_by_week", params).rename(
        {"week_on": "week", "median_seconds": "seconds"}
    )
    manual = catalog.run(snapshot, "manual_seconds", params)
    rows = []
    for automation in weeks.get_column("automation").unique().sort():
        own = weeks.filter(pl.col("automation") == automation)
        least = floor(manual.filter(pl.col("automation") == automation).get_column("seconds"))
        found = rubber_stamp(own, least_seconds=least)
        signs = {sign.name: sign.value for sign in found.signs}
        rows.append(
            {
                "automation": automation,
                "warning": None if found.refused else found.raised,
                "words": found.words,
                "weeks": found.weeks,
                "unchanged_share": signs.get("unchanged"),
                "seconds": signs.get("time"),
                "least_seconds": least,
                "gold_error": signs.get("gold errors"),
                "needed": found.refused.needed if found.refused else "",
            }
        )
    return pl.DataFrame(rows, schema=STAMPS)


def shifts(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return for each automation whether labels shift where people see its suggestion (columns of SHIFTS).

    Compared are the answers on items that were labeled both ways, or how many objects they hold where no item has
    both answers. Two tools that write no answer alike would seem to shift everything, so theirs are not compared.
    """
    made = catalog.run(snapshot, "assisted_projects", params).get_column("automation").unique().sort()
    answers, objects = (catalog.run(snapshot, f"{what}_both_ways", params) for what in ("answers", "objects"))
    rows = []
    for name in made:
        own = answers.filter(pl.col("automation") == name)
        if own.join(own, left_on="assisted", right_on="blind", how="semi").height:
            rows.append(_shift(name, "answers", own))
        else:
            rows.append(_shift(name, "number of objects", objects.filter(pl.col("automation") == name)))
    return pl.DataFrame(rows, schema=SHIFTS)


def _shift(automation: str, compared: str, both: pl.DataFrame) -> dict[str, object]:
    item = pl.concat_str("project", "item", separator="/")
    sides = [
        both.select(item=item, assisted=pl.lit(value=assisted), label=pl.col(column).cast(pl.String))
        for column, assisted in (("assisted", True), ("blind", False))
    ]
    found = anchoring(pl.concat(sides))
    return {
        "automation": automation,
        "compared": compared,
        "items": both.height,
        "shifted": None if found.refused else found.shifted,
        "distance_share": found.distance,
        "by_chance_share": found.by_chance,
        "p": found.p,
        "words": found.words,
        "method": found.method,
        "needed": found.refused.needed if found.refused else "",
    }
