"""Every first look is short: few words and charts in sight on the demo, all else behind a fold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from demo_team import demo_copy
from streamlit.testing.v1 import AppTest

from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.store.generations import Store

APP = Path(__file__).parents[2] / "dashboard" / "web" / "app.py"
LABELING = """
from dashboard.web.cached_store import begin_run, read_contents
from dashboard.web.filter_bar import show_filter_bar
from dashboard.web.pages.labeling.page import show_labeling_page
from dashboard.web.pages.labeling.tabs import TAB_CONTROLS, choose_tab

begin_run()
show_filter_bar(TAB_CONTROLS[choose_tab(read_contents())])
show_labeling_page()
"""
# At most 250 words in a browser, less those of the menu and of the charts there, whose axes depend on the data.
MOST_WORDS = {"": 250 - 77, "Speed": 170, "Savings": 180, "Quality": 190, "Outlook": 250 - 51, "Labels or model?": 190}
MOST_CHARTS = 4
FOLDED = {"expander", "popover"}
BADGE = re.compile(r":[a-z]+-badge\[(?::material/\w+:)?(.*)\]")
pytestmark = pytest.mark.filterwarnings("default")


def in_sight(block: Any) -> Iterator[Any]:  # noqa: ANN401 - Streamlit's tree of a test has no common type
    """Yield the elements of a block that nobody has to open."""
    for child in block.children.values():
        if child.type in FOLDED:
            yield child
        elif hasattr(child, "children"):
            yield from in_sight(child)
        else:
            yield child


def texts(element: Any) -> list[str]:  # noqa: ANN401 - see above
    """Return what an element writes on the page."""
    if element.type in FOLDED:
        return [str(getattr(element, "label", "") or element.proto.popover.label)]
    if element.type == "metric":
        return [element.label, element.value, element.delta, element.proto.delta_description]
    proto = element.proto
    options = list(getattr(proto, "options", ())) if element.type == "button_group" else []
    return [
        *(str(getattr(proto, name, "")) for name in ("body", "label")),
        *(str(getattr(option, "content", option)) for option in options),
    ]


def count_words(element: Any) -> int:  # noqa: ANN401 - see above
    """Return how many words an element shows."""
    text = BADGE.sub(r"\1", " ".join(texts(element)))
    return len(re.findall(r"\S*\w\S*", re.sub(r":material/\w+:", "", text)))


CALLS = "item,person,seconds,method,finished_at,project,media_seconds\n" + "".join(
    f"call{item},Ann,{78 + item},{method},2026-11-{2 + item % 14:02d}T08:00:00Z,Calls,60\n"
    for item in range(30)
    for method in ("manual", "pre-annotated")
)


@pytest.fixture(scope="session")
def demo_with_calls(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Return the demo's store with a fifth project, of audio, and an automation that nobody registered."""
    store = Store(demo_copy(tmp_path_factory))
    file = tmp_path_factory.mktemp("calls") / "calls.csv"
    file.write_text(CALLS, encoding="utf-8")
    import_files(store, [file], Settings())
    return store


@pytest.mark.parametrize("tab", MOST_WORDS)
@pytest.mark.parametrize("team", ["shared_demo", "demo_with_calls"])
def test_a_first_look_is_short(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, team: str, tab: str
) -> None:
    monkeypatch.setenv("LABELTIME_STORE", str(request.getfixturevalue(team).folder))
    app = (
        AppTest.from_string(LABELING, default_timeout=120) if tab else AppTest.from_file(str(APP), default_timeout=120)
    )
    if tab:
        app.query_params["tab"] = tab
    app.run()
    assert not app.exception
    elements = list(in_sight(app.main))
    words = {" ".join(texts(element)): count_words(element) for element in elements}
    assert sum(words.values()) <= MOST_WORDS[tab], words
    kinds = [element.type for element in elements]
    assert 1 <= kinds.count("vega_lite_chart") <= MOST_CHARTS
    assert not kinds.count("dataframe") + kinds.count("arrow_data_frame")
