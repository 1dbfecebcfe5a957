"""Pull: the tools that can be asked, when each was asked last, and the command; nothing is fetched by looking."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import streamlit as st

from dashboard.errors import DashboardError
from dashboard.pull.contract import PullSource, Wishes
from dashboard.pull.discover import SOURCES
from dashboard.pull.overview import Setup, describe_setup, list_pulls
from dashboard.pull.run import Pull, run_pull
from dashboard.pull.tokens import read_account
from dashboard.units import count_noun, format_count, format_moment
from dashboard.web.cached_store import is_demo, open_store, shows_sample
from dashboard.web.components import escape_markdown, show_error
from dashboard.web.tables import show_frame


def show_pulls() -> None:
    """Draw the section."""
    done = st.session_state.pop("pulled", None)
    if done:
        st.success(escape_markdown(done), icon=":material/check:")
    st.caption(
        "Instead of exporting a file, Labeltime can ask a tool for what changed. It asks only when you run its"
        " command or press Pull now, which appears once the command has what it needs. The token comes from the"
        " environment or the system's keyring and is never stored."
    )
    pulls = list_pulls(open_store())
    for source in SOURCES.values():
        _show_source(source, [row for row in pulls if row["source"] == source.name and row["server"]])


def _show_source(source: PullSource, pulls: list[dict[str, object]]) -> None:
    """Draw one tool: its last pulls, the command, and what the command needs."""
    setup = describe_setup(source, str(pulls[0]["server"]) if pulls else None)
    with st.container(border=True):
        st.subheader(source.title, anchor=False)
        st.caption(_describe_last(pulls))
        st.code(setup.command, language=None, wrap_lines=True)  # its colours are too faint to read
        needs = "\n".join(f"- `{name}`: {escape_markdown(holds)}" for name, holds in setup.variables)
        with st.expander("What it needs"):
            st.markdown(needs)
        if setup.is_ready and not (is_demo() or shows_sample()) and st.button("Pull now", key=f"pull-{source.name}"):
            _pull_now(setup)
        if pulls:
            with st.expander(f"{count_noun(len(pulls), 'part')} pulled so far"):
                names = ("server", "scope", "pulled_at", "pulls", "records")
                rows = pl.DataFrame([{name: row[name] for name in names} for row in pulls])
                show_frame(rows, hide_index=True, alt=f"Pulls from {source.title}", key=f"pulls-{source.name}")


def _describe_last(pulls: list[dict[str, object]]) -> str:
    """Return when a tool was last asked, and where."""
    if not pulls:
        return "Never pulled."
    pulled_at = pulls[0]["pulled_at"]
    moment = format_moment(pulled_at) if isinstance(pulled_at, datetime) else "unknown"
    return escape_markdown(f"Last pulled {moment} from {pulls[0]['server']}.")


def _pull_now(setup: Setup) -> None:
    """Run the command; what came before an error is stored."""
    source = setup.source
    try:
        pull = Pull(open_store(), source, read_account(source), Wishes())
        with st.status(f"Asking {source.title}", expanded=True):
            line = st.empty()

            def advance(scope: str, records: int, _: int | None) -> None:
                line.text(f"{scope}: {format_count(records)} records")

            run_pull(pull, advance)
    except DashboardError as error:
        show_error(error)
        return
    changed = sum(result.accepted + result.changed for result in pull.results)
    st.session_state["pulled"] = (
        f"{source.title}: {count_noun(pull.records, 'record')} fetched, {format_count(changed)} rows new or changed,"
        f" {format_count(pull.gone)} taken out. {pull.describe_rejected()}"
    ).strip()
    st.rerun()
