"""Write the generated parts of the reference in dashboard/help: `python -m dashboard.cli.reference`.

A part stands between `<!-- generated: NAME -->` and `<!-- end -->`; everything around it is written by hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from dashboard import help as help_topics
from dashboard.categories import CATEGORIES, HELP
from dashboard.figures.catalogue import CATALOGUE
from dashboard.figures.spec import FigureSpec
from dashboard.importers.contract import FileColumn, list_lacks
from dashboard.importers.discover import IMPORTERS
from dashboard.importers.formats import native_labeling, native_runs, native_time
from dashboard.importers.mapped_parts import MAPPED_KINDS, WORDS
from dashboard.pull.discover import SOURCES
from dashboard.pull.overview import describe_setup
from dashboard.reports.writers import ReportFormat, load_format
from dashboard.settings.sheet import describe_sheet, find_sheets
from dashboard.store.generations import Store
from dashboard.variables import VARIABLES

HELP_FOLDER = Path(help_topics.__file__).parent
PART = re.compile(r"(<!-- generated: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
FIGURE_GROUPS = {
    "time": "About time entries",
    "labels": "About labels",
    "events": "About labeling events",
    "runs": "About training runs",
    "reports": "About reports on synthetic data",
    "files": "About the data itself",
}
KIND_NAMES = {
    "time_entry": "time entries",
    "labeling_event": "labeling events",
    "experiment_run": "experiment runs",
    "quality_report": "scores of synthetic data",
}
NATIVE_FILES = {"time_entries": native_time, "labeling_events": native_labeling, "experiment_runs": native_runs}


def format_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; a bar inside a cell stays a bar."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def format_words(words: Iterable[str]) -> str:
    """Return words as code, separated by commas."""
    return ", ".join(f"`{word}`" for word in words)


def format_columns(columns: Iterable[FileColumn]) -> str:
    """Return a table of the columns of a CSV file."""
    rows = [
        (f"`{column.name}`{'*' * column.is_required}", column.holds, format_words(column.choices)) for column in columns
    ]
    return format_table(("Column", "What it holds", "Allowed values"), rows)


def walk_commands(group: TyperGroup, name: str) -> Iterator[tuple[str, TyperCommand | TyperGroup]]:
    """Yield every command below a group with its full name, a group before its own commands."""
    for short_name, command in sorted(group.commands.items()):
        if isinstance(command, TyperCommand | TyperGroup):
            yield f"{name} {short_name}", command
        if isinstance(command, TyperGroup):
            yield from walk_commands(command, f"{name} {short_name}")


def load_application() -> TyperGroup:
    """Return the command line as a tree of commands."""
    from dashboard.cli.main import application

    root = typer.main.get_command(application)
    if not isinstance(root, TyperGroup):
        raise TypeError(root)
    return root


def describe_commands() -> str:
    """Return every command with its arguments and options."""
    root = load_application()
    return "\n\n".join(
        [
            f"### labeltime\n\nThese options stand before the name of a command.\n\n{format_parameters(root)}",
            *(format_command(name, command) for name, command in walk_commands(root, "labeltime")),
        ]
    )


def format_command(name: str, command: TyperCommand | TyperGroup) -> str:
    """Return one command: its name, what it does, and its arguments and options."""
    arguments = [format_argument(parameter) for parameter in command.params if isinstance(parameter, TyperArgument)]
    heading = " ".join([f"### {name}", *arguments])
    callback_help = (getattr(command.callback, "__doc__", None) or "").strip()
    # A group lists when it is called alone; its own help names what its commands do.
    words = dict.fromkeys(filter(None, (callback_help if isinstance(command, TyperGroup) else "", command.help or "")))
    return "\n\n".join(filter(None, (heading, "  \n".join(words), format_parameters(command))))


def format_argument(argument: TyperArgument) -> str:
    """Return an argument as it stands in the usage line."""
    name = argument.metavar or argument.name.upper()
    return name if argument.required or name.startswith("[") else f"[{name}]"


def format_parameters(command: TyperCommand | TyperGroup) -> str:
    """Return the arguments and options of a command as a table, or nothing where there are none."""
    rows = [
        (format_parameter(parameter), parameter.help or "", describe_values(parameter))
        for parameter in command.params
        if isinstance(parameter, TyperArgument | TyperOption) and (parameter.help or isinstance(parameter, TyperOption))
    ]
    return format_table(("Argument or option", "What it does", "Values"), rows) if rows else ""


def format_parameter(parameter: TyperArgument | TyperOption) -> str:
    """Return an argument or an option as it is typed."""
    if isinstance(parameter, TyperArgument):
        return f"`{format_argument(parameter)}`"
    value = "" if parameter.is_flag else f" {parameter.metavar or parameter.name.upper()}"
    return ", ".join(f"`{option}{value}`" for option in (*parameter.opts, *parameter.secondary_opts))


def describe_values(parameter: TyperArgument | TyperOption) -> str:
    """Return what a parameter accepts, its default, and the variable that sets it."""
    annotation = parameter.type_descriptor.annotation
    kinds = [kind for kind in (annotation, *get_args(annotation)) if isinstance(kind, type) and issubclass(kind, Enum)]
    facts = [format_words(str(member.value) for member in kind) for kind in kinds]
    if parameter.min is not None or parameter.max is not None:
        facts.append(
            " ".join(filter(None, (_describe_limit("from", parameter.min), _describe_limit("to", parameter.max))))
        )
    default = parameter.default.value if isinstance(parameter.default, Enum) else parameter.default
    if not isinstance(default, bool) and default not in (None, ""):
        facts.append(f"default `{default}`")
    return "; ".join(facts + ([f"or the variable `{parameter.envvar}`"] if parameter.envvar else []))


def _describe_limit(word: str, limit: float | None) -> str:
    return "" if limit is None else f"{word} {limit}"


def describe_figures() -> str:
    """Return every figure by what it is about: title, unit, note and formula."""
    groups = [
        f"## {title}\n\n" + "\n\n".join(format_figure(spec) for spec in CATALOGUE.values() if spec.about == about)
        for about, title in FIGURE_GROUPS.items()
    ]
    return "\n\n".join(groups)


def format_figure(spec: FigureSpec) -> str:
    """Return one figure: name, title, unit, note, formula."""
    lines = [f"### {spec.name}", f"**{spec.title}** ({spec.unit}). {spec.note}".strip(), f"Formula: {spec.formula}"]
    return "\n\n".join(lines)


def describe_importers() -> str:
    """Return the importers with what they read and what it becomes."""
    rows = [
        (f"`{importer.name}`", importer.title, KIND_NAMES[importer.kind], "; ".join(list_lacks(importer)))
        for importer in IMPORTERS
    ]
    return format_table(("Importer", "Export", "Read as", "What the format does not tell"), rows)


def describe_report_formats() -> str:
    """Return the formats of a report."""
    rows = [(f"`{style}`", load_format(style).TITLE, f"`{load_format(style).SUFFIX}`") for style in ReportFormat]
    return format_table(("Format", "What it is", "File name ends in"), rows)


def describe_native_files() -> str:
    """Return the columns of Labeltime's own files."""
    tables = [f"## {name}\n\n{format_columns(module.describe_columns())}" for name, module in NATIVE_FILES.items()]
    return "\n\n".join(tables)


def describe_mapped_parts() -> str:
    """Return what a column of a table with a mapping may hold, by kind."""
    rows = [
        (f"`{name}`", part.title, format_words(WORDS.get(kind, {}).get(name, ())), f"`{kind}`")
        for kind, mapped in MAPPED_KINDS.items()
        for name, part in mapped.parts.items()
    ]
    return format_table(("Name", "What the column holds", "Allowed values", "Kind"), rows)


def describe_sheet_columns() -> str:
    """Return the columns of every settings sheet."""
    sheets = find_sheets().items()
    return "\n\n".join(f"## {name}\n\n{describe_sheet(sheet).rstrip()}" for name, sheet in sheets)


def describe_categories() -> str:
    """Return the categories of time, and what belongs to each."""
    return "\n".join(f"- **{category}**: {HELP[category]}" for category in CATEGORIES)


def describe_definitions() -> str:
    """Return which categories are on which side in each definition of the labeling share, as the store has it."""
    with TemporaryDirectory() as folder, Store(Path(folder) / "store").snapshot() as snapshot:
        rows = snapshot.query("select definition, ordinal, category, side from share_definition").rows()
    sides: dict[tuple[int, str], dict[str, list[str]]] = {}
    for definition, ordinal, category, side in sorted(rows, key=lambda row: (row[1], CATEGORIES.index(row[2]))):
        sides.setdefault((ordinal, definition), {}).setdefault(side, []).append(category)
    lines = [
        (definition, ", ".join(both["labeling"]), ", ".join(both["modeling"]))
        for (_, definition), both in sides.items()
    ]
    return format_table(("Definition", "Labeling side", "Modeling side"), lines)


def describe_variables() -> str:
    """Return the environment variables with their values and defaults."""
    rows = [
        (f"`{variable.name}`", variable.sets, variable.allowed, f"`{variable.default}`" if variable.default else "")
        for variable in VARIABLES
    ]
    return format_table(("Variable", "What it sets", "Allowed values", "Default"), rows)


def describe_sources() -> str:
    """Return the tools that can be pulled from, with what each needs."""
    rows = []
    for source in SOURCES.values():
        variables = describe_setup(source, None).variables
        needs = "; ".join(f"`{name}`: {holds}" for name, holds in variables)
        rows.append((source.title, f"`{source.name}`", needs, source.access.server or "every team has its own"))
    return format_table(("Tool", "Source", "What it needs", "Server"), rows)


PARTS: Mapping[str, Callable[[], str]] = {
    "commands": describe_commands,
    "variables": describe_variables,
    "sources": describe_sources,
    "figures": describe_figures,
    "importers": describe_importers,
    "report-formats": describe_report_formats,
    "mapped-parts": describe_mapped_parts,
    "native-files": describe_native_files,
    "sheets": describe_sheet_columns,
    "categories": describe_categories,
    "definitions": describe_definitions,
}
"""Name of a generated part -> what writes it."""


def render_topic(text: str) -> str:
    """Return the Markdown of a topic with its generated parts written anew."""
    return PART.sub(lambda part: f"{part[1]}\n{PARTS[part[2]]()}\n\n{part[3]}", text)


def write_topics() -> list[str]:
    """Rewrite the topics whose generated parts changed, and return their names."""
    changed = []
    for path in sorted(HELP_FOLDER.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        rendered = render_topic(text)
        if rendered != text:
            path.write_text(rendered, encoding="utf-8")
            changed.append(path.stem)
    return changed


if __name__ == "__main__":
    from dashboard.cli.terminal import write_message

    write_message(f"Rewritten: {', '.join(write_topics()) or 'nothing'}.")
