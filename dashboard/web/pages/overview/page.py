"""Overview: the answer in one sentence, four numbers, the split over time, the projects."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.allocation.chart_frames import shorten_team_labels
from dashboard.allocation.charts import draw_share_against_reference
from dashboard.allocation.claim import describe_claim
from dashboard.allocation.verdict import Verdict
from dashboard.figures.resolve import Figure
from dashboard.filters import Filters
from dashboard.units import format_day
from dashboard.web.cached_store import read_figure, read_tracked_days, shape_rows
from dashboard.web.components import (
    escape_markdown,
    fold_table,
    open_fold,
    show_chart,
    show_title,
    show_unavailable,
    theme_mode,
)
from dashboard.web.filter_bar import Choice, clear_filters, read_choice, show_copy_link
from dashboard.web.first_run import show_first_run
from dashboard.web.headline import resolve_scope, show_sentence
from dashboard.web.late_cards import LateCards
from dashboard.web.pages.overview.cards import show_cards
from dashboard.web.pages.overview.change import show_change_card
from dashboard.web.pages.overview.targets import show_targets
from dashboard.web.pages.overview.to_do import show_first_steps, show_to_do
from dashboard.web.split_cards import show_by_column, show_no_match, show_over_time
from dashboard.web.tables import SHARE_CELL, scale_shares, show_frame

SHOWN_CHANGES = 3
LINE_HEIGHT = 40  # pixels, of a line of links


def show_overview_page() -> None:
    """Draw the page."""
    if read_tracked_days() is None:
        show_first_run()
        return
    choice = read_choice()
    share = read_figure("labeling_share", choice.filters)
    if not share.used:
        show_no_match(choice, clear_filters)
        return
    show_title("Where labeling time goes", share, "headline", is_page=True)
    show_sentence(share, choice, has_coverage=False)
    late = LateCards("overview", choice)
    late.add_card(show_tasks, height=LINE_HEIGHT)
    show_cards(share, choice, late)
    left, right = st.columns([3, 2])
    with left:
        show_over_time(choice, "overview")
    with right:
        show_by_column(choice, "project", "overview", "Time by project")
    late.show_waiting()
    show_changes(choice)
    show_targets(choice)
    with open_fold("Evidence: every change, published figures", "evidence") as is_open:
        if is_open:
            show_all_changes(choice)
            show_change_card(choice)
            show_reference(choice.filters)
    show_footer(share, choice)


def show_tasks() -> None:
    """Show the way to a first report, and what is to do."""
    read_figure("to_do")  # before the container that takes the place of its skeleton
    with st.container():
        show_first_steps()
        show_to_do()


def show_changes(choice: Choice) -> None:
    """Write what rose or fell, and the verdict on the 80/20 claim, in a line each."""
    claim = read_figure("claim_check", choice.filters)
    with st.container(border=True):
        if choice.previous:
            changes = read_figure("period_change", choice.filters)
            show_title("What changed", changes, "changes")
            if not show_unavailable(changes):
                st.markdown("\n".join(f"- {escape_markdown(words)}" for words in list_changes(changes, choice)))
        show_title("Is labeling 80% of engineering time?", claim, "claim")
        st.markdown(escape_markdown(claim.unavailable.reason if claim.unavailable else describe_claim(claim.rows)))


def list_changes(changes: Figure, choice: Choice) -> list[str]:
    """Return a sentence per measure of the chosen people that rose or fell, or one that none clearly did."""
    rows = changes.rows.filter(scope=resolve_scope(choice.filters))
    compared = rows.filter(pl.col("verdict") != Verdict.uncompared.value)
    if compared.is_empty():
        reasons = rows.get_column("reason").unique(maintain_order=True).drop_nulls().to_list()
        return [
            f"Nothing can be compared with the {choice.filters.compares_with}: {reason.rstrip('.')}."
            for reason in reasons[:1]
        ]
    moved = compared.filter(pl.col("verdict") != Verdict.unclear.value)
    if moved.is_empty():
        return ["Nothing clearly rose or fell."]
    return [str(words) for words in moved.head(SHOWN_CHANGES).get_column("words")]


def show_all_changes(choice: Choice) -> None:
    """List every measure before and now, with its verdict."""
    if choice.previous:
        changes = read_figure("period_change", choice.filters)
        columns = ("scope", "measure", "before", "now", "change", "verdict", "reason", "unit")
        fold_table("Every measure before and now", changes, columns, key="changes", alt="Every measure, before and now")


def show_reference(filters: Filters) -> None:
    """Draw the team's share beside published figures, with what each measured."""
    figure = read_figure("share_against_reference", filters)
    with st.container(border=True):
        show_title("Against the published figures", figure, "reference")
        st.caption(
            "The 80/20 split is a claim of practitioners, not a measurement. Most published shares count "
            "all data work, not labeling alone: compare with care. The team's own shares are those of its engineers "
            "where roles are known."
        )
        if not show_unavailable(figure):
            rows = shape_rows(figure, shorten_team_labels)
            alt = "Points: this team's labeling share beside published shares of time."
            show_chart(rows, draw_share_against_reference(theme_mode()), alt, "reference")
            _show_sources(rows)


def _show_sources(rows: pl.DataFrame) -> None:
    """List what each share measured, its source and its caveat."""
    with st.expander("Sources and caveats"):
        show_frame(
            scale_shares(rows, "share", "share_low", "share_high")
            .select("label", "share", "share_low", "share_high", "measured", "grade", "caveat", "source")
            .to_arrow(),
            hide_index=True,
            placeholder="–",
            column_config={
                "label": st.column_config.TextColumn("Share", pinned=True),
                "share": st.column_config.NumberColumn("Value", format=SHARE_CELL),
                "share_low": st.column_config.NumberColumn("At least", format=SHARE_CELL),
                "share_high": st.column_config.NumberColumn("At most", format=SHARE_CELL),
                "measured": "Of what",
                "grade": st.column_config.TextColumn(
                    "Grade", help="A: controlled trial. D: survey, vendor or single account."
                ),
                "caveat": "Caveat",
                "source": "Source",
            },
            alt="Published shares with source and caveat",
            key="reference-table",
        )


def show_footer(share: Figure, choice: Choice) -> None:
    """Say how recent the data is, and offer the view as a link and as a report."""
    last = choice.filters.to_on
    if share.as_of is not None and (last is None or share.as_of < last):
        st.caption(f"Data to {format_day(share.as_of)}")
    show_copy_link(choice, "")
