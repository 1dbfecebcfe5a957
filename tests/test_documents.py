"""The reference names everything there is, its generated parts are up to date, and the README stays short and true."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from typer.core import TyperOption

from dashboard.cli.main import main
from dashboard.cli.reference import (
    HELP_FOLDER,
    NATIVE_FILES,
    PART,
    PARTS,
    describe_values,
    format_table,
    load_application,
    render_topic,
    walk_commands,
)
from dashboard.errors import UnknownTopic
from dashboard.figures.catalogue import CATALOGUE
from dashboard.help import list_topics, read_topic
from dashboard.importers.contract import FileColumn
from dashboard.importers.discover import IMPORTERS
from dashboard.reports.writers import ReportFormat
from dashboard.settings.sheet import find_sheets
from dashboard.theme import STREAMLIT_THEME
from dashboard.web.routes import PAGES
from dashboard.web.server import SETTINGS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAX_README_BYTES = 8192
TOPIC_FILES = sorted(HELP_FOLDER.glob("*.md"))
COMMANDS = dict(walk_commands(load_application(), "labeltime"))
LINKS = [target for target in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in target]
PATHS = re.findall(r"`((?:dashboard|queries|fixtures|tests|\.ci)(?:/[\w.-]+)*/?)`", README)


def read_section(topic: str, title: str) -> str:
    """Return what stands below a heading of a topic, up to the next heading."""
    sections = re.split(r"^#{2,3} ", read_topic(topic).text, flags=re.MULTILINE)
    matches = [section for section in sections if section.splitlines()[0].split(" [")[0] == title]
    assert len(matches) == 1, f"{topic} has {len(matches)} sections {title}"
    return matches[0]


@pytest.mark.parametrize("path", TOPIC_FILES, ids=lambda path: path.stem)
def test_the_generated_parts_are_up_to_date(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text == render_topic(text), "Run: python -m dashboard.cli.reference"


def test_every_generated_part_stands_in_one_topic() -> None:
    parts = [part[2] for path in TOPIC_FILES for part in PART.finditer(path.read_text(encoding="utf-8"))]
    assert sorted(parts) == sorted(PARTS)


def test_a_changed_part_is_rewritten_and_prose_is_not() -> None:
    text = "# Title\n\nProse.\n\n<!-- generated: categories -->\nold\n<!-- end -->\n\nMore prose.\n"
    rendered = render_topic(text)
    assert "old" not in rendered
    assert "- **labeling operations**: " in rendered
    assert rendered.startswith("# Title\n\nProse.\n\n<!-- generated: categories -->\n")
    assert rendered.endswith("<!-- end -->\n\nMore prose.\n")
    assert render_topic(rendered) == rendered


def test_a_bar_in_a_cell_does_not_end_it() -> None:
    assert format_table(("a",), [("x|y",)]).splitlines()[2] == r"| x\|y |"


def section_of_command(name: str) -> str:
    """Return the section of a command, whose heading goes on with its arguments."""
    arguments = [parameter for parameter in COMMANDS[name].params if not isinstance(parameter, TyperOption)]
    sections = re.split(r"^### ", read_topic("commands").text, flags=re.MULTILINE)
    longer = [other for other in COMMANDS if other.startswith(f"{name} ")]
    matches = [
        section
        for section in sections
        if re.match(rf"{re.escape(name)}( |\n)", section)
        and not any(re.match(rf"{re.escape(other)}( |\n)", section) for other in longer)
    ]
    assert len(matches) == 1
    assert len(matches[0].splitlines()[0].removeprefix(name).split()) == len(arguments)
    return matches[0]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_and_option_is_in_the_commands(name: str) -> None:
    section = section_of_command(name)
    command = COMMANDS[name]
    assert (command.help or "") in section
    for parameter in command.params:
        if isinstance(parameter, TyperOption):
            for option in (*parameter.opts, *parameter.secondary_opts):
                assert re.search(rf"`{re.escape(option)}[ `]", section), option
            assert describe_values(parameter).replace("|", r"\|") in section


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_every_figure_is_in_the_figures(name: str) -> None:
    section, spec = read_section("figures", name), CATALOGUE[name]
    for words in (spec.title, spec.unit, spec.note, spec.formula):
        assert words in section


def test_every_figure_in_the_figures_exists() -> None:
    assert set(re.findall(r"^### (\w+)$", read_topic("figures").text, re.MULTILINE)) == set(CATALOGUE)


@pytest.mark.parametrize("importer", IMPORTERS, ids=lambda importer: importer.name)
def test_every_importer_is_in_the_formats(importer: object) -> None:
    assert f"| `{importer.name}` | {importer.title} |" in read_topic("formats").text  # type: ignore[attr-defined]


@pytest.mark.parametrize("style", list(ReportFormat))
def test_every_report_format_is_in_the_formats(style: str) -> None:
    assert f"| `{style}` |" in read_topic("formats").text


def check_columns(section: str, columns: list[FileColumn]) -> None:
    """Check that every column with every allowed value is in its row of a table."""
    rows = {line.split("`")[1]: line for line in section.splitlines() if line.startswith("| `")}
    assert set(rows) == {column.name for column in columns}
    for column in columns:
        assert f"`{column.name}`{'*' * column.is_required} |" in rows[column.name]
        assert re.findall(r"`([^`]+)`", rows[column.name].split(" | ")[-1]) == list(column.choices)


@pytest.mark.parametrize("name", sorted(find_sheets()))
def test_every_column_of_a_sheet_is_in_the_sheets(name: str) -> None:
    assert f"labeltime {name}" in COMMANDS
    section = read_section("sheets", name)
    rows = {line.split("`")[1]: line for line in section.splitlines() if line.startswith("| `")}
    fields = {field.name: field for field in find_sheets()[name].fields}
    assert set(rows) == set(fields)
    for column, field in fields.items():
        assert ("Required." in rows[column]) == field.required
        assert [choice for choice in field.choices if choice not in rows[column]] == []


@pytest.mark.parametrize("name", sorted(NATIVE_FILES))
def test_every_column_of_a_native_file_is_in_its_topic(name: str) -> None:
    module = NATIVE_FILES[name]
    assert {column.name for column in module.describe_columns()} == set(module.COLUMNS)
    check_columns(read_section("native-files", name), module.describe_columns())


def test_every_page_is_in_the_pages() -> None:
    titles = [title for title, _ in PAGES.values()]
    assert re.findall(r"^- \*\*([^*]+)\*\*:", read_topic("pages").text, re.MULTILINE) == titles


def test_every_dependency_is_in_the_dependencies() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [re.split(r"[^\w-]", requirement)[0] for requirement in project["dependencies"]]
    rows = re.findall(r"^\| ([\w-]+) \|(.+)\|$", read_topic("dependencies").text, re.MULTILINE)
    assert [name for name, _ in rows if name not in {"Package", "---"}] == sorted(wanted)
    assert all(cell.strip() for _, cells in rows for cell in cells.split("|"))


def test_every_topic_has_a_title_and_a_sentence() -> None:
    topics = list_topics()
    assert {topic.name for topic in topics} == {path.stem for path in TOPIC_FILES}
    for topic in topics:
        assert topic.text.startswith(f"# {topic.title}\n")
        assert topic.summary.endswith(".")
        assert "<!--" not in topic.text


@pytest.mark.parametrize("name", ["", "nothing", "../README", "../help/figures", "figures.md"])
def test_an_unknown_topic_is_refused(name: str) -> None:
    with pytest.raises(UnknownTopic, match="no help"):
        read_topic(name)


def test_the_terminal_prints_topics(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, expected in ((["help"], "figures       Every"), (["help", "figures"], "### labeling_share")):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert not ended.value.code
        assert expected in capsys.readouterr().out


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("topic", ["", "native-files", "nothing"])
def test_the_help_page_shows_the_topic_of_its_address(
    topic: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABELTIME_STORE", str(tmp_path / "store"))
    script = (
        "from dashboard.web.pages.help.page import show_help_page, show_topic_choice\n"
        "show_topic_choice()\nshow_help_page()\n"
    )
    app = AppTest.from_string(script, default_timeout=60)
    if topic:
        app.query_params["topic"] = topic
    app.run()
    assert not app.exception
    title = read_topic("native-files" if topic == "native-files" else list_topics()[0].name).title
    assert app.markdown[0].value.startswith(f"# {title}\n")


def test_the_readme_is_short() -> None:
    assert len(README.encode()) < MAX_README_BYTES


@pytest.mark.parametrize("path", sorted({*LINKS, *PATHS}))
def test_whatever_the_readme_names_exists(path: str) -> None:
    assert (ROOT / path).exists()


def test_the_readme_leads_to_every_topic() -> None:
    assert {Path(link).stem for link in LINKS if link.startswith("dashboard/help/")} == {
        path.stem for path in TOPIC_FILES
    }


def test_functions_named_in_the_readme_exist() -> None:
    calls = re.findall(r"`(\w+)\(\)`", README)
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "dashboard").rglob("*.py"))
    assert calls
    assert [name for name in calls if f"def {name}(" not in sources] == []


def test_commands_named_in_the_documents_exist() -> None:
    text = README + "".join(path.read_text(encoding="utf-8") for path in (ROOT / "CHANGELOG.md", *TOPIC_FILES))
    names = set(re.findall(r"`labeltime ([a-z_-]+)", text))
    assert {f"labeltime {name}" for name in names} <= set(COMMANDS)


def test_the_changelog_begins_with_the_newest_version() -> None:
    versions = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert versions[0] == "Unreleased"


def test_a_checkout_has_the_settings_that_serve_passes() -> None:
    settings: dict[str, object] = {}

    def flatten(prefix: str, value: object) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                flatten(f"{prefix}.{key}" if prefix else key, inner)
        else:
            settings[prefix] = value

    flatten("", tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")))
    passed = {**SETTINGS, **STREAMLIT_THEME}
    assert {key: as_option(value) for key, value in settings.items()} == {
        key: re.sub(r'"\s*,\s*"', '","', value) for key, value in passed.items()
    }


def as_option(value: object) -> str:
    """Return a setting as it is written on Streamlit's command line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ",".join(f'"{item}"' for item in value) + "]"
    return str(value)
