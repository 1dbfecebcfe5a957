"""What a restored store must hold beside its tables: an export may come from a stranger, who made its rows by hand.

Whatever is read as JSON or by other rules than SQL is read once here, so that a store that is restored can be used.
"""

from __future__ import annotations

import json
import re
from typing import cast

from dashboard.errors import UnreadableFile
from dashboard.reports.frozen import FrozenReport, RehearsedStore, list_frozen_reports, read_frozen_report
from dashboard.reports.letterhead import check_logo, read_letterhead
from dashboard.settings.rules import RULE_SHEET, parse_rules_csv
from dashboard.settings.sheet import find_sheets
from dashboard.store.generations import Store
from dashboard.store.snapshot import Change

# How every version began a report. A policy holds for what comes after it, so nothing may stand before.
_HEAD = re.compile(
    r'<!doctype html>\s*<html lang="en">\s*<head>\s*<meta charset="utf-8">\s*'
    r'<meta http-equiv="Content-Security-Policy" content="([^"<>&]*)">'
)
_POLICY = re.compile(
    r"default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]+'; img-src data:; base-uri 'none'; form-action 'none'"
)
_OTHER_META = re.compile(r'<meta(?! name="[a-z-]+" content="[^"<>]*">)', re.IGNORECASE)  # one may lead elsewhere
_PDF_HEAD = b"%PDF-"
_SECRET = re.compile(r"[0-9a-f]{64}")
MAX_VALUE = 1e15  # of a printed number


def check_restored(change: Change) -> None:
    """Refuse a restored store whose contents cannot be used or could run code.

    Raises:
        UnreadableFile: a frozen report is no page of ours.
        DashboardError, ValueError, TypeError or LookupError: something else cannot be read.
    """
    store = cast("Store", RehearsedStore(change))
    for sheet in find_sheets().values():
        rows = sheet.list_rows(store)
        if all(field.type == "choice" for field in sheet.fields):  # words of the program, which every page needs
            sheet.parse_rows(rows.to_dicts())
    change.query("select week_of(current_date) order by 1")  # queries read the calendar, too
    if not _SECRET.fullmatch(change.read_setting("pseudonym_secret") or ""):
        raise UnreadableFile(
            "The export lacks the secret that pseudonyms are made with: anybody could tell who they are.",
            "Take the export from a backup, or export again.",
        )
    parse_rules_csv(RULE_SHEET.format_csv(store))
    if logo := read_letterhead(store).logo:
        check_logo(logo.data)
    for inputs in change.query("select inputs from issued_projection order by projection_id").get_column("inputs"):
        json.loads(inputs)
    for number in list_frozen_reports(store).get_column("report_id"):
        report = read_frozen_report(store, number)
        check_types(report)
        if not (is_inert(report.html) and report.pdf.startswith(_PDF_HEAD)):
            raise UnreadableFile(
                f"Frozen report {number} of the export is not as Labeltime writes one: it may run code when opened.",
                "Restore only what `labeltime export-store` wrote, for somebody whom you trust.",
            )


def check_types(report: FrozenReport) -> None:
    """Check what is used later as text or as a number.

    Raises:
        TypeError: it is something else.
    """
    texts: list[object] = [*report.request.projects, *report.request.teams]
    for number in report.numbers:
        texts += [number.figure, number.column, number.period, number.how, number.text]
        if not isinstance(number.value, int | float) or abs(number.value) > MAX_VALUE:
            raise TypeError(number)
    if not all(isinstance(text, str) for text in texts):
        raise TypeError(texts)


def is_inert(html: str) -> bool:
    """Return whether a page is a report that runs, fetches and leads to nothing, by the policy it begins with."""
    head = _HEAD.match(html)
    return bool(head and _POLICY.fullmatch(head[1]) and not _OTHER_META.search(html, head.end()))
