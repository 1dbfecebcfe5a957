"""The mapping of a table that no importer knows: which column holds what, and what its words mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import streamlit as st

from dashboard.errors import BadMapping, DashboardError, shorten_quote
from dashboard.importers.contract import Settings
from dashboard.importers.generic_mapping import find_kind, list_column_names, list_units, name_value
from dashboard.importers.mapped_parts import MAPPED_KINDS, WORDS
from dashboard.importers.mapping_proposal import list_undecided
from dashboard.importers.place_proposal import is_numbered
from dashboard.ingest.isolation import open_isolated
from dashboard.ingest.recalled_mapping import has_columns, recall_mapping
from dashboard.schemas import Kind
from dashboard.settings.mappings import MAX_NAME_LENGTH, read_mappings, save_mapping
from dashboard.web.cached_store import open_store
from dashboard.web.components import escape_markdown, show_error
from dashboard.web.pages.data.import_answers import read_settings, save_settings
from dashboard.web.uploads import Upload


class MappingProposal(NamedTuple):
    """The columns of a table, the mapping proposed for it, and without titles a cell of each column."""

    header: tuple[str, ...]
    columns: tuple[str, ...]
    mapping: dict[str, str]
    examples: dict[str, str]


@st.cache_data(max_entries=100, show_spinner=False, scope="session")
def _propose_mapping(_upload: Upload, kind: Kind | None, header: str | None, key: str) -> MappingProposal:
    """Return the columns of a table and the mapping proposed for it; none where the file cannot be read."""
    del key
    settings = Settings(mapping={"_header": header} if header else {})
    try:
        with open_isolated(_upload.path, _upload.name) as sources:
            head = sources[0].head(settings)
            names = list_column_names(head.header)
            cells = head.sample.row(0) if is_numbered(names) and head.sample.height else ()
            mapping = sources[0].propose_mapping(settings, kind) if names else {}
            return MappingProposal(head.header, names, mapping, dict(zip(names, map(str, cells), strict=False)))
    except DashboardError:
        return MappingProposal((), (), {}, {})  # its message is shown above


def edit_mapping(upload: Upload) -> None:
    """Ask which column of an unknown table holds which value, with a proposal from its header and its cells."""
    stated = read_settings(upload).mapping or {}
    header = st.session_state.get(f"header-{upload.key}", stated.get("_header"))
    likely = _propose_mapping(upload, None, header, f"{upload.key} {header}")
    if not likely.columns:
        return
    with open_store().snapshot() as snapshot:
        recalled = recall_mapping(snapshot, likely.header)
        saved = {name: held for name, held in read_mappings(snapshot).items() if has_columns(held, likely.columns)}
    if is_numbered(likely.header) and find_kind(recalled) != find_kind(likely.mapping):
        recalled = {}  # the cells are other ones
    stated = stated if has_columns(stated, likely.columns) else {}
    with st.grid(4, min_column_width=200):
        name = _choose_saved(saved, upload.key)
        given = saved.get(name or "") or stated or recalled or likely.mapping
        kind = _choose_kind(find_kind(given), f"{name or ''}-{upload.key}")
        _choose_first_row(likely.columns, upload.key)
    if kind != find_kind(given):
        given = _propose_mapping(upload, kind, header, f"{upload.key} {header} {kind}").mapping
    key = f"{name or ''}-{upload.key}"
    with st.form(f"mapping-{kind}-{key}"):
        st.markdown(f"**Which column holds what?** {MAPPED_KINDS[kind].needs}")
        if given is recalled:
            st.caption("Filled in as you mapped a table with these columns last.")
        elif not (name or stated):
            _name_undecided(kind, likely.columns, given)
        mapping = _ask_columns(kind, likely, given, key)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            is_pressed = st.form_submit_button("Read with this mapping", type="primary")
            new_name = st.text_input("Save it as (optional)", max_chars=MAX_NAME_LENGTH, key=f"save-{key}", width=240)
        if is_pressed and any(not part.startswith("_") for part in mapping):
            st.session_state.setdefault("mapping-names", {})[upload.key] = new_name
            _read_by(upload, mapping, likely.columns)


def _read_by(upload: Upload, mapping: dict[str, str], columns: Sequence[str]) -> None:
    """Read the file by a mapping, which is saved where it was given a name that no other table's mapping has."""
    name = " ".join(str(st.session_state.get("mapping-names", {}).get(upload.key, "")).split())
    try:
        if name:
            with open_store().snapshot() as snapshot:
                known = read_mappings(snapshot).get(name)
            if known is not None and not has_columns(known, columns):
                raise BadMapping(
                    f"There is a mapping {name} already, of a table with other columns.", "Choose another name."
                )
            is_other = save_mapping(open_store(), name, mapping)
            st.session_state["mappings-saved"] = f"The mapping {name} is {'replaced' if is_other else 'saved'}."
    except DashboardError as error:
        show_error(error)
    else:
        save_settings(upload, replace(read_settings(upload), mapping=mapping))


def _choose_saved(saved: Mapping[str, Mapping[str, str]], key: str) -> str | None:
    """Draw the saved mappings that a table has the columns of, where there are any."""
    if not saved:
        return None
    return st.selectbox("Saved mapping", list(saved), index=None, placeholder="choose one", key=f"saved-{key}")


def _name_undecided(kind: Kind, columns: Sequence[str], given: Mapping[str, str]) -> None:
    """Say which columns are not proposed because of their words, and what happens once they are chosen."""
    parts = MAPPED_KINDS[kind].parts
    names = sorted(
        f"{escape_markdown(shorten_quote(column))} ({parts[part].title})"
        for column, part in list_undecided(kind, columns, given).items()
    )
    if names:
        st.caption(
            f"Not chosen, as some of their words are unknown: {', '.join(names)}. Choose them to say what these mean."
        )


def _choose_kind(likely: Kind, key: str) -> Kind:
    kinds = list(MAPPED_KINDS)
    return st.selectbox(
        "Each row is",
        kinds,
        index=kinds.index(likely),
        format_func=lambda kind: MAPPED_KINDS[kind].title,
        key=f"kind-{key}",
    )


def _choose_first_row(columns: Sequence[str], key: str) -> None:
    """Draw whether the first row is data, in which case the columns are named by their places."""
    titles = {"present": "titles of the columns", "absent": "data"}
    index = int(is_numbered(columns))
    st.selectbox("The first row has", list(titles), index=index, format_func=titles.__getitem__, key=f"header-{key}")


def _ask_columns(kind: Kind, table: MappingProposal, given: Mapping[str, str], key: str) -> dict[str, str]:
    """Draw a choice of columns for each part of a kind, and return the mapping that is chosen."""
    parts = MAPPED_KINDS[kind].parts
    mapping = {part: value for part, value in given.items() if part.startswith("_")}
    mapping |= {} if kind == "time_entry" else {"_kind": kind}
    mapping |= {"_header": "absent"} if is_numbered(table.columns) else {}
    rare = {part for part in parts if parts[part].is_rare and part not in given}
    for is_rare, place in ((False, st.container()), (True, st.expander("More columns"))):
        with place, st.grid(4, min_column_width=200):
            for part in parts:
                if (part in rare) == is_rare:
                    column = _choose_column(kind, part, table, given, key)
                    mapping |= {part: column} if column else {}
            if not is_rare:
                mapping = _choose_options(kind, mapping, key)
    return _name_score(mapping, given)


def _name_score(mapping: dict[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Return the mapping with the score of runs named by the column that now holds it, where the title named it."""
    name = name_value("metric", "")
    if name not in mapping or mapping[name] != given.get("value"):
        return mapping
    others = {part: column for part, column in mapping.items() if part != name}
    return others if "metric" in mapping or "value" not in mapping else others | {name: mapping["value"]}


def _choose_column(kind: Kind, part: str, table: MappingProposal, given: Mapping[str, str], key: str) -> str | None:
    titles = shorten_titles(table.columns)
    titles |= {name: f"{titles[name]}: {shorten_quote(cell)}" for name, cell in table.examples.items()}
    return st.selectbox(
        MAPPED_KINDS[kind].parts[part].title,
        table.columns,
        index=table.columns.index(given[part]) if given.get(part) in table.columns else None,
        format_func=titles.__getitem__,
        placeholder="not in this file",
        key=f"map-{kind}-{part}-{len(table.examples)}-{key}",
    )


def shorten_titles(names: Sequence[str]) -> dict[str, str]:
    """Return what stands for each column in a choice: long names are cut, and numbered where they look alike then."""
    quotes = Counter(map(shorten_quote, names))
    return {
        name: short if quotes[short := shorten_quote(name)] == 1 else f"{short} (column {number})"
        for number, name in enumerate(names, start=1)
    }


def _choose_options(kind: Kind, mapping: Mapping[str, str], key: str) -> dict[str, str]:
    """Draw what no column tells: the unit of plain numbers, and the one word that may hold for all rows."""
    choices = {"_duration_unit": ("Unit of plain numbers in Length", list_units(kind))}
    for part in MAPPED_KINDS[kind].filled:
        title = f"{MAPPED_KINDS[kind].parts[part].title} of rows without one"
        choices[name_value(part, "")] = (title, WORDS[kind][part])
    chosen = dict(mapping)
    for option, (title, words) in choices.items():
        index = words.index(mapping[option]) if mapping.get(option) in words else None
        word = st.selectbox(title, words, index=index, placeholder="not known", key=f"map{option}-{kind}-{key}")
        chosen.pop(option, None)
        chosen |= {option: word} if word else {}
    return chosen


@st.cache_data(max_entries=100, show_spinner=False, scope="session")
def _list_open_words(_upload: Upload, _settings: Settings, key: str) -> dict[str, dict[str, str]]:
    """Return the words of a file that its mapping leaves open; none where it does not fit, which the preview says."""
    del key
    try:
        with open_isolated(_upload.path, _upload.name) as sources:
            return sources[0].list_open_words(_settings)
    except DashboardError:
        return {}


def ask_words(upload: Upload, settings: Settings) -> bool:
    """Ask once what the words of a mapped file mean that are none of ours; return whether that is still open."""
    mapping = settings.mapping or {}
    kind = find_kind(mapping)
    asked = st.session_state.setdefault("asked-words", {})
    open_words = _list_open_words(upload, settings, f"{upload.key} {mapping}")
    if not open_words or asked.get(upload.key) == {part: mapping[part] for part in open_words}:
        return False
    answers: dict[str, str] = {}
    with st.form(f"words-{upload.key}"):
        st.markdown("**What do these words mean?** Rows with a word that stays open are rejected.")
        for part, texts in open_words.items():
            st.caption(MAPPED_KINDS[kind].parts[part].title)
            with st.grid(4, min_column_width=200):
                for text, meaning in texts.items():
                    words = WORDS[kind][part]
                    word = st.selectbox(
                        escape_markdown(shorten_quote(text)),
                        words,
                        index=words.index(meaning) if meaning in words else None,
                        placeholder="reject these rows",
                        key=f"word-{part}-{text}-{upload.key}",
                    )
                    answers |= {name_value(part, text): word} if word else {}
        if st.form_submit_button("Read with these words", type="primary"):
            asked[upload.key] = {part: mapping[part] for part in open_words}
            _read_by(upload, mapping | answers, [held for part, held in mapping.items() if not part.startswith("_")])
    return True
