"""Check that no day of a labeling project is in the store both as single events and as daily sums."""

from __future__ import annotations

from dashboard.errors import CountedTwice, shorten_quote
from dashboard.store.snapshot import Change
from dashboard.units import count_noun

TWICE_SQL = """
    with held as (
        select distinct
            rolled_month.events_at as place, rolled.source, coalesce(rolled.project, '') as tool_project, rolled.day_on
        from rolled_month
        inner join rolled_day as rolled on rolled.sha256 = rolled_month.sha256
        union all
        select distinct '' as place, source, coalesce(project, '') as tool_project, day_on from labeling_day
    ), twice as (
        select source, tool_project, day_on from held group by 1, 2, 3 having count(*) > 1
    )
    select source, tool_project, count(*) as days, min(day_on) as first_on, max(day_on) as last_on
    from twice
    group by 1, 2
    order by 1, 2
"""


def check_counted_once(change: Change) -> None:
    """Refuse a change after which labeling events would count twice.

    Raises:
        CountedTwice: some are held one by one and as daily sums, or as sums of two places.
    """
    if not change.read_rows("select 1 from rolled_month limit 1"):
        return
    twice = change.query(TWICE_SQL)
    if twice.is_empty():
        return
    source, project, days, first, last = twice.row(0)
    span = f"{count_noun(days, 'day')}, {first} to {last}" if first else "events without a day"
    more = f" So would those of {count_noun(twice.height - 1, 'other project')}." if twice.height > 1 else ""
    raise CountedTwice(
        f"Events of {source}, project {shorten_quote(project or '(no project)')}, would count twice ({span}): they are"
        f" held one by one and as daily sums, or as sums of two places.{more}",
        "Undo the other import first; `labeltime imports` lists them.",
    )
