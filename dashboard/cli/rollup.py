"""The command that sums labeling events which are too many, or not allowed, to be imported one by one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.cli.terminal import replace_control, write_message
from dashboard.units import count_noun, format_count

if TYPE_CHECKING:
    from dashboard.store.event_files import EventEngine


class EngineName(StrEnum):
    """What sums the events."""

    duckdb = "duckdb"
    spark = "spark"


def roll_up(
    events: Annotated[str, typer.Argument(metavar="EVENTS", help="Folder or address of labeling events as Parquet.")],
    *,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where to write the daily sums.")],
    engine: Annotated[EngineName, typer.Option(help="What sums them: this machine, or Apache Spark.")] = (
        EngineName.duckdb
    ),
    master: Annotated[str, typer.Option(metavar="URL", help="With --engine spark: its cluster.")] = "local[*]",
) -> None:
    """Sum labeling events by day, in the months whose files changed; `labeltime import FOLDER` takes the sums in."""
    from rich.console import Console
    from rich.text import Text

    from dashboard.ingest.roll_up import roll_up_events

    with open_engine(engine, master) as opened, Console(stderr=True).status("Reading events") as status:
        result = roll_up_events(
            opened, events, out, lambda text: status.update(Text(f"Summing {replace_control(text)}"))
        )
    months = result.manifest.months
    total = format_count(sum(month.events for month in months))
    rows = format_count(sum(month.rows for month in months))
    write_message(
        f"{total} events in {rows} daily sums of {count_noun(len(months), 'month')}; "
        f"summed now: {', '.join(result.summed) or 'none, as no file changed'}."
    )
    if result.gone:
        write_message(f"Without events by now, and taken out: {', '.join(result.gone)}.")
    write_message(f"Take them into the store with: labeltime import {out}")


@contextmanager
def open_engine(name: EngineName, master: str) -> Iterator[EventEngine]:
    """Start what sums the events, and stop it at the end; raises as `open_spark`."""
    if name is EngineName.duckdb:
        from dashboard.store.duck_events import DuckEngine

        yield DuckEngine()
        return
    from dashboard.store.spark_events import open_spark

    with open_spark(master) as engine:
        yield engine
