"""Numbers and days are written in one place, and what is printed side by side adds up."""

from __future__ import annotations

import ast
import math
import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from dashboard import units
from dashboard.formats import SYMBOLS, Formats, use_formats, write_money
from dashboard.units import format_number, format_quantity, name_row_unit, round_half_up

PACKAGE = Path(units.__file__).parent
HERE = {"units.py", "formats.py"}
FILES_OF_TRACKERS = "demo"  # writes numbers as other tools' exports have them
NUMBER_FORMAT = re.compile(r"[+,]*\.\d+[f%]|\+?,|[+,]*%")
DAY_FORMAT = re.compile(r".*%-?d %b|.*%b %Y|%b")


def list_formats(path: Path) -> Iterator[str]:
    """Yield the formats of numbers and days that a module writes itself, as line and format."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FormattedValue) and isinstance(node.format_spec, ast.JoinedStr):
            texts = [part.value for part in node.format_spec.values if isinstance(part, ast.Constant)]
        elif isinstance(node, ast.keyword) and node.arg == "format" and isinstance(node.value, ast.Constant):
            texts = [node.value.value]
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "strftime":
            texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
        else:
            continue
        for text in map(str, texts):
            if NUMBER_FORMAT.fullmatch(text) or DAY_FORMAT.match(text):
                yield f"{path.relative_to(PACKAGE)}:{node.lineno if hasattr(node, 'lineno') else 0} {text}"


def test_no_module_but_units_writes_numbers_and_days() -> None:
    modules = [path for path in sorted(PACKAGE.rglob("*.py")) if path.name not in HERE]
    own = [place for path in modules if FILES_OF_TRACKERS not in path.parts for place in list_formats(path)]
    assert own == []


def test_pages_draw_tables_and_charts_in_the_formats_in_force() -> None:
    direct = re.compile(r"\b(?:st|place)\.(?:dataframe|vega_lite_chart|altair_chart|table)\(")
    calls = {path.name: len(direct.findall(path.read_text())) for path in (PACKAGE / "web").rglob("*.py")}
    assert {name: count for name, count in calls.items() if count} == {"components.py": 2, "tables.py": 2}


@pytest.mark.parametrize(
    ("text", "is_found"),
    [('f"{x:,.1f} h"', True), ('f"{x:.0%}"', True), ('Axis(format="%d %b")', True), ('f"{x:g}"', False)],
)
def test_the_search_finds_formats(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, *, is_found: bool
) -> None:
    monkeypatch.setattr(f"{__name__}.PACKAGE", tmp_path)
    (tmp_path / "module.py").write_text(f"value = {text}\n")
    assert bool(list(list_formats(tmp_path / "module.py"))) is is_found


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (units.format_share(0.35), "35%"),
        (units.format_number(0.35, "share"), "35.0%"),
        (units.format_hours(85.7), "86 h"),
        (units.format_hours(9.46), "9.5 h"),
        (units.format_hours(-0.01), "0.0 h"),
        (units.format_hours(None), "–"),
        (units.format_hours(math.nan), "–"),
        (units.format_bare_hours(math.nan), "–"),
        (units.format_duration(math.nan), "–"),
        (units.format_share(math.inf), "–"),
        (units.format_share(math.nan, 1), "–"),
        (units.format_decimal(-math.inf), "–"),
        (units.format_count(math.nan), "–"),
        (units.format_change(math.inf), "–"),
        (units.format_points(math.nan), "–"),
        (units.format_chance(math.nan), "–"),
        (units.format_number(1.0, "chance"), ">99%"),
        (units.format_number(0.42, "chance"), "42%"),
        (units.format_chance(0.0), "<1%"),
        (units.format_chance(0.0049), "<1%"),
        (units.format_chance(0.006), "1%"),
        (units.format_chance(0.994), "99%"),
        (units.format_chance(0.995), ">99%"),
        (units.format_chance(1), ">99%"),
        (units.format_count(1234.6), "1,235"),
        (units.format_change(-0.4), "0"),
        (units.format_change(0.2, 1), "+0.2"),
        (units.format_points(-0.092), "-9.2 pp"),
        (units.format_duration(119.0), "119 s"),
        (units.format_duration(120.0), "2.0 min"),
        (units.format_period(date(2026, 8, 29), date(2026, 11, 26)), "29 Aug to 26 Nov 2026"),
        (units.format_period(date(2026, 11, 8), date(2026, 11, 8)), "8 Nov 2026"),
        (units.format_period(date(2025, 12, 29), date(2026, 1, 4)), "29 Dec 2025 to 4 Jan 2026"),
    ],
)
def test_a_quantity_is_written_in_one_way(written: str, text: str) -> None:
    assert written == text


def test_a_difference_is_that_of_the_printed_numbers() -> None:
    assert units.round_change(131.4, 88.6) == -42  # printed as 131 and 89; the bare difference is -42.8
    assert units.round_change(0.4, 0.4) == 0
    assert units.round_points(0.4004, 0.4116) == 1.2
    assert units.round_hours_change(100.4, 150.6) == 51
    assert units.round_hours_change(9.8, 12.2) == 2.4


@pytest.mark.parametrize(
    ("value", "digits", "rounded"),
    [(308.5, 0, 309), (309.5, 0, 310), (-308.5, 0, -309), (0.25, 1, 0.3), (0.24, 1, 0.2), (1e300, 2, 1e300)],
)
def test_a_half_is_rounded_as_charts_and_spreadsheets_round_it(value: float, digits: int, rounded: float) -> None:
    assert round_half_up(value, digits) == rounded
    assert math.isnan(round_half_up(math.nan))


@pytest.mark.parametrize(
    ("before", "current", "written"),
    [
        (0.416, 0.424, ("41.6%", "42.4%")),
        (0.425, 0.434, ("42.5%", "43.4%")),
        (0.415, 0.425, ("42%", "43%")),  # halves go up, and not both to the even number between them
        (0.4004, 0.4116, ("40%", "41%")),
        (0.4201, 0.4203, ("42%", "42%")),
        (0.42, 0.42, ("42%", "42%")),
    ],
)
def test_both_ends_of_a_change_show_it(before: float, current: float, written: tuple[str, str]) -> None:
    assert units.format_share_ends(before, current) == written


@pytest.mark.parametrize(
    ("value", "digits", "rounded"),
    [(0.01, 1, 0.1), (2.0, 1, 2.0), (100 * 0.07, 1, 7.0), (-2.04, 1, -2.0), (1.231, 2, 1.24), (0.0, 1, 0.0)],
)
def test_a_bound_is_rounded_up(value: float, digits: int, rounded: float) -> None:
    assert units.round_up(value, digits) == rounded


@pytest.mark.parametrize(
    ("parts", "total", "rounded"),
    [
        ((10.4, -3.4, -49.6), -42, [11, -3, -50]),
        ((0.5, 0.5), 1, [1, 0]),
        ((1.0, 2.0), 3, [1, 2]),
        ((-0.6, -0.6), -2, [-1, -1]),
        ((2.6, 2.6), 4, [2, 2]),
        ((2.0, 2.0), 3, [2, 1]),
        ((), 0, []),
    ],
)
def test_parts_add_up_to_the_printed_difference(parts: tuple[float, ...], total: int, rounded: list[int]) -> None:
    assert units.round_parts(parts, total) == rounded
    assert sum(rounded) == total
    tenths = units.round_parts([part / 10 for part in parts], total / 10, 1)
    assert tenths == [number / 10 for number in rounded]


@pytest.mark.parametrize(
    ("style", "currency", "plain", "code_first", "named"),
    [
        ("5 EUR", "EUR", "-5.00 EUR", "EUR -5.00", "-5.00"),
        ("EUR 5", "EUR", "EUR -5.00", "EUR -5.00", "EUR -5.00"),
        ("5 €", "EUR", "-5.00\N{NO-BREAK SPACE}€", "-5.00\N{NO-BREAK SPACE}€", "-5.00\N{NO-BREAK SPACE}€"),
        ("€5", "EUR", "-€5.00", "-€5.00", "-€5.00"),
        ("5 €", "CHF", "-5.00 CHF", "-5.00 CHF", "-5.00 CHF"),
        ("€5", "CHF", "CHF -5.00", "CHF -5.00", "CHF -5.00"),
    ],
)
def test_money_stands_as_chosen(style: str, currency: str, plain: str, code_first: str, named: str) -> None:
    with use_formats(Formats(money=style)):
        assert write_money("-5.00", currency) == format_quantity("-5.00", currency) == plain
        assert write_money("-5.00", currency, is_code_first=True) == code_first
        assert write_money("-5.00", currency, is_named=True) == named


def test_a_symbol_is_that_of_its_currency() -> None:
    """The signs as Unicode names them; two dollars are told apart by their letters."""
    signs = {
        "EUR": "EURO",
        "GBP": "POUND",
        "ILS": "NEW SHEQEL",
        "INR": "INDIAN RUPEE",
        "JPY": "YEN",
        "KRW": "WON",
        "NGN": "NAIRA",
        "PHP": "PESO",
        "TRY": "TURKISH LIRA",
        "UAH": "HRYVNIA",
        "USD": "DOLLAR",
        "VND": "DONG",
    }
    named = {currency: unicodedata.lookup(f"{name} SIGN") for currency, name in signs.items()}
    assert named | {"BRL": "R$"} == SYMBOLS


@pytest.mark.parametrize(
    ("text", "unit"), [("EUR", "money"), ("eur", "number"), ("EURO", "number"), ("EU", "number"), ("hours", "hours")]
)
def test_a_unit_of_three_capitals_is_a_currency(text: str, unit: str) -> None:
    assert name_row_unit(text) == unit


def test_an_amount_has_its_unit() -> None:
    assert format_number(1234.5, "money") == "1,234.50"
    assert format_quantity("5", "labels") == "5 labels"
