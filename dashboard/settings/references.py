"""Published figures to compare with: those that come with the program until a lead edits them, each cited and dated."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import polars as pl

from dashboard import privacy
from dashboard.errors import BadMapping
from dashboard.settings.cells import Row, check_unique
from dashboard.settings.csv_text import parse_csv
from dashboard.settings.sheet import Field, Sheet
from dashboard.store.generations import Store
from dashboard.store.snapshot import Snapshot

REFERENCES_KEY = "reference_figures"  # CSV of the edited figures; without it those of the program are in force
LOWEST_PERCENT = -1000.0  # time saved, where it took ten times as long


def read_references(snapshot: Snapshot) -> pl.DataFrame:
    """Return the published figures in force, in order of id (columns of REFERENCE_SHEET); empty cells are null."""
    text = snapshot.read_setting(REFERENCES_KEY)
    return load_references() if text is None else parse_references(text)


@cache
def load_references() -> pl.DataFrame:
    """Return the published figures that come with the program."""
    return parse_references(files("dashboard.settings").joinpath("reference_figures.csv").read_text(encoding="utf-8"))


def parse_references(csv_text: str) -> pl.DataFrame:
    """Return the published figures of a CSV text, in order of id; empty cells are null."""
    return build_references(parse_csv(csv_text, REFERENCE_SHEET.columns, REFERENCE_SHEET.columns))


def build_references(rows: Sequence[Row]) -> pl.DataFrame:
    """Return checked rows as a frame, in order of id; empty cells are null.

    Raises:
        BadMapping: a cell that cannot be used, an id twice, a range from high to low, or an address of no web page.
    """
    parsed_rows = REFERENCE_SHEET.parse_rows(rows)
    for row_label, cells in parsed_rows:
        low, high, url = cells["percent"], cells["percent_to"], cells["url"]
        if high is not None and (low is None or high < low):
            raise BadMapping(f"{row_label} has no range from low to high.", "Write the lower end into percent.")
        if cells["share_of_time"] == "yes" and not (low is not None and 0 <= low <= (high or low) <= 100):  # noqa: PLR2004 - percent
            raise BadMapping(f"{row_label} is no share of time.", "Write percent from 0 to 100.")
        if not url.startswith(("https://", "http://")):
            raise BadMapping(f"url of {row_label} is {url!r}.", "Write the address of a web page, with https://.")
    frame = REFERENCE_SHEET.build_frame([cells for _, cells in parsed_rows])
    check_unique(frame, ("id",), "The published figure")
    return frame.with_columns(pl.col(pl.String).replace("", None)).sort("id")


def save_references(store: Store, rows: Sequence[Row], who: str | None = None) -> int:
    """Replace the published figures by these rows and return their number; those of the program come back with `[]`.

    Raises:
        BadMapping: as `build_references`.
    """
    new = build_references(rows) if rows else load_references()
    with store.change("save published figures", who) as change:
        change.save_setting(REFERENCES_KEY, privacy.format_frame_csv(new))
        change.log("published figures", f"{new.height} in force", who)
    return new.height


def list_references(store: Store) -> pl.DataFrame:
    """Return the published figures in force."""
    with store.snapshot() as snapshot:
        return read_references(snapshot)


REFERENCE_SHEET = Sheet(
    name="references",
    title="Published figures",
    noun="the published figures",
    summary="Published figures to compare with",
    saved="Published figures in force: {count}.",
    help="What others measured, each with its source and year. They stand beside the team's own numbers, are never "
    "averaged, and never enter one. An empty table brings those of the program back.",
    read=list_references,
    save=save_references,
    row_name="id",
    fields=(
        Field("id", "Id", required=True, max_length=20),
        Field("about", "About", "choice", ("time", "savings"), required=True),
        Field("technique", "Technique"),
        Field("label", "Name", required=True),
        Field("percent", "Percent", "number", minimum=LOWEST_PERCENT, help="Negative: it took longer."),
        Field("percent_to", "To percent", "number", minimum=LOWEST_PERCENT, help="Upper end of a range."),
        Field("measured", "Of what", required=True, is_long=True),
        Field("share_of_time", "Share of time", "choice", ("yes", "no"), required=True, help="yes: can be compared."),
        Field("labeling_only", "Labeling only", "choice", ("yes", "no", "included"), required=True),
        Field("sample", "Sample"),
        Field("grade", "Grade", "choice", ("A", "B", "C", "D"), required=True, help="A: randomized; D: one account."),
        Field("authors", "Authors", required=True),
        Field("year", "Year", "number", required=True, minimum=1900, maximum=2100, digits=0),
        Field("source", "Source", required=True, is_long=True),
        Field("url", "Address", required=True, is_long=True),
        Field("caveat", "Caveat", required=True, is_long=True),
    ),
)
