"""The directions of imports and the size of files, checked where they could quietly change."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest
from worked_team import imported

from dashboard.importers.discover import IMPORTERS

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "dashboard").rglob("*.py"))
HEAVY = {"streamlit", "altair", "polars", "duckdb", "pandas", "numpy", "pyarrow", "statistics", "dashboard.store"}


@cache
def parse_module(source: str) -> ast.Module:
    """Return the tree of a module, which two rules look at."""
    return ast.parse(source)


def contracts() -> list[dict[str, object]]:
    """Return the import-linter contracts of pyproject.toml."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[dict[str, object]] = settings["tool"]["importlinter"]["contracts"]
    return found


def imported_by(arguments: list[str]) -> set[str]:
    """Return the modules in memory after the command line ran with these arguments in a fresh process."""
    program = (
        "import sys\n"
        "from dashboard.cli.main import main\n"
        "try:\n    main(sys.argv[1:])\n"
        "except SystemExit:\n    pass\n"
        "print('\\n' + '\\n'.join(sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines())


@pytest.mark.parametrize("arguments", [["--help"], ["ask", "--help"], ["--version"], ["help"], ["help", "figures"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    assert imported_by(arguments) & HEAVY == set()


def test_a_plain_figure_starts_nothing_that_only_models_charts_and_pages_need(tmp_path: Path) -> None:
    store = imported(tmp_path)
    loaded = imported_by(["--store", str(store.folder), "ask", "hours_by_category"])
    assert loaded & {"numpy", "scipy", "pyarrow", "pandas", "altair", "streamlit", "pptx", "vl_convert"} == set()
    assert "duckdb" in loaded


def test_every_importer_source_and_report_format_is_found_by_its_contract() -> None:
    independent = [contract["modules"] for contract in contracts() if contract["type"] == "independence"]
    folders = ("importers.formats", "reports.formats", "pull.sources")
    assert sorted(independent) == sorted([f"dashboard.{folder}.*"] for folder in folders)
    modules = {path.stem for path in (ROOT / "dashboard" / "importers" / "formats").glob("[a-z]*.py")}
    assert {importer.name for importer in IMPORTERS} == modules


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_fits_on_a_few_screens_and_says_what_it_is_for(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 500
    assert ast.get_docstring(parse_module(text))


def test_no_module_beside_the_app_is_named_like_one_of_python() -> None:
    # Streamlit puts the folder of its script first on the path.
    beside = {module.stem for module in MODULES if module.parent.name == "dashboard"}
    assert beside & sys.stdlib_module_names == {"__init__"} & sys.stdlib_module_names


def is_sentence(node: ast.AST) -> bool:
    """Return whether a literal reads as an English sentence: words, and a full stop at the end."""
    last = node.values[-1] if isinstance(node, ast.JoinedStr) and node.values else node
    text = last.value if isinstance(last, ast.Constant) else None
    has_words = isinstance(node, ast.JoinedStr) or (isinstance(text, str) and " " in text)
    return isinstance(text, str) and has_words and text.endswith(".")


def compared_sentences(source: str) -> list[int]:
    """Return the lines that compare with a sentence, written there or in a constant of the module."""
    tree = parse_module(source)
    named: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.Assign):
            values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            targets = node.targets[0].elts if isinstance(node.targets[0], ast.Tuple) else node.targets
            pairs = zip(targets, values, strict=False)
            named |= {target.id for target, value in pairs if isinstance(target, ast.Name) and is_sentence(value)}
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            parts = [part for side in (node.left, *node.comparators) for part in ast.walk(side)]
            if any(is_sentence(part) or (isinstance(part, ast.Name) and part.id in named) for part in parts):
                lines.append(node.lineno)
    return lines


@pytest.mark.parametrize(
    "source",
    [
        'if reason == "No labels match.":\n    pass',
        'if reason in {"No labels match.", other}:\n    pass',
        'NONE, MORE = "No labels match.", ""\nif reason != NONE:\n    pass',
        'FEW = f"Fewer than {LEAST} people."\nif FEW == reason:\n    pass',
    ],
)
def test_a_comparison_with_a_sentence_is_seen(source: str) -> None:
    assert compared_sentences(source)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_is_told_apart_by_a_sentence(module: Path) -> None:
    # Sentences are for people and may be polished; code asks for a cause, a class or a state.
    assert compared_sentences(module.read_text(encoding="utf-8")) == []
