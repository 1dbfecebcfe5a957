"""What a report withholds, counted, and how to show it: said before anything is downloaded."""

from __future__ import annotations

from dashboard.privacy import MIN_GROUP_SIZE
from dashboard.reports.answers import Answers
from dashboard.reports.disclosure import ENGINEERS, Disclosure
from dashboard.reports.document import Content
from dashboard.reports.request import Audience, ReportPart
from dashboard.reports.sections.share import SHARE_OF_ALL
from dashboard.reports.sentences import format_plural

THRESHOLD_HINT = "lift the threshold from projects and categories"
TEAM_HINT = "make the report for the team"


def list_withheld(answers: Answers, disclosure: Disclosure) -> tuple[str, ...]:
    """Return what is withheld, counted; nothing where all is shown."""
    parts = set(answers.request.parts)
    counted = (
        (len(disclosure.hidden_projects), "project", "projects"),
        (len(disclosure.hidden_categories), "category", "categories"),
        (len(disclosure.hidden_shares - disclosure.hidden_projects), "project's share", "projects' shares"),
        (len(disclosure.hidden_automations), "automation's hours", "automations' hours"),
    )
    single = (
        (disclosure.hides_labeling_share, "the labeling share"),
        (disclosure.hides_share_of_all, "labeling's share of all time"),
        (disclosure.hides_coverage, "coverage"),
        (disclosure.hides_engineers and has_engineers(answers), "the engineers' own share"),
        (not disclosure.shows_savings and ReportPart.savings in parts, "hours saved"),
        (not disclosure.shows_change, "what changed"),
        (not disclosure.shows_label_hours, "hours spent on labels"),
    )
    return (
        *(format_plural(count, singular, plural) for count, singular, plural in counted if count),
        *(name for is_withheld, name in single if is_withheld),
    )


def has_engineers(answers: Answers) -> bool:
    """Return whether any engineer has time in the period."""
    rows = answers.select_rows("labeling_share", scope=ENGINEERS, measure=SHARE_OF_ALL)
    return bool((rows.get_column("people") > 0).any())


def describe_withheld(content: Content) -> str:
    """Return in words what is withheld and how to show it, or "" where nothing is."""
    if not content.withheld or content.request.audience is not Audience.management:
        return ""
    how = f"{THRESHOLD_HINT}, or {TEAM_HINT}" if content.request.hides_small_groups else TEAM_HINT
    names = "; ".join(content.withheld)
    return f"Withheld, being about fewer than {MIN_GROUP_SIZE} people: {names}. To show it: {how}."
