"""Random entries written as a tool writes them come back equal, whatever the user's preferences."""

from __future__ import annotations

import csv
import io
import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.importers.contract import Importer, Settings
from dashboard.importers.formats import clockify, harvest, toggl
from dashboard.importers.readers.open_source import open_sources

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Chatham", "America/Sao_Paulo")
LONGEST = 744 * 3600


@dataclass(frozen=True)
class Entry:
    """What a person did, before any tool has written it down."""

    person: str
    project: str | None
    description: str | None
    tags: tuple[str, ...]
    billable: bool
    start: datetime  # UTC
    seconds: int


words = st.text("abz ÅéßЖ漢🙂0\"',;|\n-=", max_size=20).map(str.strip)
labels = st.text("abcÅ漢0:-", min_size=1, max_size=8)
entry = st.builds(
    Entry,
    person=labels,
    project=words.map(lambda text: text or None),
    description=words.map(lambda text: text or None),
    tags=st.lists(labels, max_size=3).map(tuple),
    billable=st.booleans(),
    start=st.datetimes(datetime(1995, 1, 2), datetime(2090, 1, 1)).map(lambda t: t.replace(microsecond=0, tzinfo=UTC)),  # noqa: DTZ001
    seconds=st.one_of(st.integers(0, 7200), st.integers(0, LONGEST)),
)
entries_lists = st.lists(entry, min_size=1, max_size=12)
zones = st.sampled_from(ZONES)
DAY_FORMS = {"%Y-%m-%d": None, "%d/%m/%Y": True, "%m/%d/%Y": False, "%d.%m.%Y": True, "%m-%d-%Y": False}
CLOCK_FORMS = ("%H:%M:%S", "%I:%M:%S %p")


def clock_form(seconds: int) -> str:
    """Write seconds as h:mm:ss."""
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def toggl_classic(seconds: int) -> str:
    """Write seconds as Toggl's classic preference does."""
    if seconds < 60:
        return f"{seconds} sec"
    return f"{seconds // 60:02}:{seconds % 60:02} min" if seconds < 3600 else clock_form(seconds)


def written(rows: list[dict[str, str]], *, shuffle: int, quote_all: bool, bom: bool, crlf: bool) -> bytes:
    """Write `rows` as CSV with the columns in an order of their own."""
    columns = sorted(rows[0])
    random.Random(shuffle).shuffle(columns)
    out = io.StringIO()
    quoting = csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL
    writer = csv.DictWriter(out, columns, quoting=quoting, lineterminator="\r\n" if crlf else "\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig" if bom else "utf-8")


def read(importer: Importer, data: bytes, told: Settings) -> pl.DataFrame:
    """Read the export `data` to its end; every row must be accepted."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.csv"
        path.write_bytes(data)
        with open_sources(path) as sources:
            assert importer.can_read(sources[0].head())
            batches = list(importer.read(sources[0], told).batches)
    assert [batch.bad.rows() for batch in batches if batch.bad.height] == []
    return pl.concat([batch.accepted for batch in batches])


def dialects(check: Callable[..., None]) -> Callable[..., None]:
    """Try `check` with every way of writing CSV."""
    return settings(max_examples=25, deadline=None)(
        given(
            entries=entries_lists,
            zone=zones,
            shuffle=st.integers(0, 99),
            quote_all=st.booleans(),
            bom=st.booleans(),
            crlf=st.booleans(),
            data=st.data(),
        )(check)
    )


def assert_equal(found: pl.DataFrame, entries: list[Entry], zone: str) -> None:
    """Hold what was read against the entries that were written."""
    for row, one in zip(found.iter_rows(named=True), entries, strict=True):
        local = one.start.astimezone(ZoneInfo(zone))
        assert row["person"] == one.person
        assert row["project"] == one.project
        assert row["description"] == one.description
        assert row["tags"] == ("; ".join(one.tags) or None)
        assert row["billable"] is one.billable
        assert row["started_local"] == local.replace(tzinfo=None)
        assert row["started_at"] == local.replace(fold=0).astimezone(UTC)
        assert row["day_on"] == local.date()
        assert row["seconds"] == one.seconds
        assert row["zone"] == zone


@dialects
def test_toggl(entries: list[Entry], zone: str, data: st.DataObject, **dialect: bool) -> None:
    duration = data.draw(st.sampled_from([clock_form, toggl_classic]))
    rows = []
    for one in entries:
        local = one.start.astimezone(ZoneInfo(zone))
        end = (one.start + timedelta(seconds=one.seconds)).astimezone(ZoneInfo(zone))
        rows.append(
            {
                "User": one.person,
                "Email": "",
                "Project": one.project or "",
                "Description": one.description or "",
                "Billable": "Yes" if one.billable else "No",
                "Start date": f"{local:%Y-%m-%d}",
                "Start time": f"{local:%H:%M:%S}",
                "End date": f"{end:%Y-%m-%d}",
                "End time": f"{end:%H:%M:%S}",
                "Duration": duration(one.seconds),
                "Tags": ", ".join(one.tags),
                "Amount (USD)": "",
            }
        )
    assert_equal(read(toggl.IMPORTER, written(rows, **dialect), Settings(zone=zone)), entries, zone)


@dialects
def test_clockify(entries: list[Entry], zone: str, data: st.DataObject, **dialect: bool) -> None:
    day = data.draw(st.sampled_from(sorted(DAY_FORMS)))
    clock = data.draw(st.sampled_from(CLOCK_FORMS))
    rows = []
    for one in entries:
        local = one.start.astimezone(ZoneInfo(zone))
        end = (one.start + timedelta(seconds=one.seconds)).astimezone(ZoneInfo(zone))
        rows.append(
            {
                "User": one.person,
                "Project": one.project or "",
                "Description": one.description or "",
                "Billable": "Yes" if one.billable else "No",
                "Start Date": local.strftime(day),
                "Start Time": local.strftime(clock),
                "End Date": end.strftime(day),
                "End Time": end.strftime(clock),
                "Duration (h)": clock_form(one.seconds),
                "Duration (decimal)": f"{one.seconds / 3600:.2f}",
                "Tags": ", ".join(one.tags),
            }
        )
    told = Settings(zone=zone, day_first=DAY_FORMS[day])
    assert_equal(read(clockify.IMPORTER, written(rows, **dialect), told), entries, zone)


@dialects
def test_harvest(entries: list[Entry], zone: str, data: st.DataObject, **dialect: bool) -> None:
    comma = data.draw(st.booleans())
    rows = []
    for one in entries:
        hours = f"{one.seconds / 3600:.2f}"
        rows.append(
            {
                "Date": f"{one.start:%Y-%m-%d}",
                "Client": zone,
                "Project": one.project or "",
                "Task": "Labeling",
                "Notes": one.description or "",
                "Hours": hours.replace(".", ",") if comma else hours,
                "Billable?": "Yes" if one.billable else "No",
                "First Name": one.person,
                "Last Name": "",
            }
        )
    found = read(harvest.IMPORTER, written(rows, **dialect), Settings())
    assert found["started_at"].null_count() == found.height
    assert found["zone"].null_count() == found.height
    for row, one in zip(found.iter_rows(named=True), entries, strict=True):
        assert (row["person"], row["project"], row["description"]) == (one.person, one.project, one.description)
        assert row["day_on"] == one.start.date()
        assert row["seconds"] == round(float(f"{one.seconds / 3600:.2f}") * 3600)
