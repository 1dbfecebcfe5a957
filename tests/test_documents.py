"""The README names everything there is, and nothing it links to is missing."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import typer

from dashboard.cli.main import application
from dashboard.figures.catalogue import CATALOGUE
from dashboard.importers.discover import IMPORTERS
from dashboard.theme import STREAMLIT_THEME
from dashboard.web.server import SETTINGS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = sorted(typer.main.get_command(application).commands)  # type: ignore[attr-defined]
LINKS = [target for target in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in target]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme(command: str) -> None:
    assert f"`labeltime {command}" in README


@pytest.mark.parametrize("importer", [importer.name for importer in IMPORTERS])
def test_every_importer_is_in_the_readme(importer: str) -> None:
    assert f"| `{importer}` |" in README


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_every_figure_is_in_the_readme(name: str) -> None:
    assert f"| `{name}` |" in README


def test_every_figure_in_the_readme_exists() -> None:
    section = README.split("\n## Figures\n")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == set(CATALOGUE)


def test_every_page_is_in_the_readme() -> None:
    titles = re.findall(
        r'st\.Page\([^)]*?title="([^"]+)"', (ROOT / "dashboard" / "web" / "app.py").read_text(encoding="utf-8")
    )
    assert titles
    assert [title for title in titles if f"- **{title}**" not in README] == []


@pytest.mark.parametrize("link", LINKS or [pytest.param("", marks=pytest.mark.skip(reason="no local links"))])
def test_a_link_leads_somewhere(link: str) -> None:
    assert (ROOT / link).exists()


def test_every_room_in_the_readme_exists() -> None:
    table = README.split("\n## For developers\n")[1]
    for name in re.findall(r"`((?:dashboard|queries|fixtures|tests)/[a-z_./]*)`", table):
        assert (ROOT / name).exists(), name


def test_a_checkout_has_the_settings_that_serve_passes() -> None:
    kept: dict[str, object] = {}

    def flatten(prefix: str, value: object) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                flatten(f"{prefix}.{key}" if prefix else key, inner)
        else:
            kept[prefix] = value

    flatten("", tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")))
    passed = {**SETTINGS, **STREAMLIT_THEME}
    assert {key: as_option(value) for key, value in kept.items()} == {
        key: re.sub(r'"\s*,\s*"', '","', value) for key, value in passed.items()
    }


def as_option(value: object) -> str:
    """Return a setting as it is written on Streamlit's command line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ",".join(f'"{one}"' for one in value) + "]"
    return str(value)
