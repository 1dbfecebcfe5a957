"""What a report says, written once from figures; every format writes down the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from dashboard.errors import BadFilter, StoreBusy
from dashboard.formats import Formats, use_formats
from dashboard.reports.answers import Answers
from dashboard.reports.decisions import list_decisions
from dashboard.reports.disclosure import Disclosure, compute_disclosure
from dashboard.reports.document import Content, Definition, Letterhead, Provenance, Section, Sentence, clean_text
from dashboard.reports.key_numbers import build_key_numbers
from dashboard.reports.letterhead import read_letterhead
from dashboard.reports.message import build_message, build_share_message, has_time, list_remarks
from dashboard.reports.methods import list_definitions
from dashboard.reports.request import MAX_NOTE_LENGTH, Audience, ReportPart, ReportRequest, format_period
from dashboard.reports.sections import share
from dashboard.reports.sections.change import build_change_section
from dashboard.reports.sections.hours import build_hours_section
from dashboard.reports.sections.labels import build_labels_section, read_label_numbers
from dashboard.reports.sections.outlook import build_outlook_section
from dashboard.reports.sections.people import build_people_section
from dashboard.reports.sections.savings import build_savings_section
from dashboard.reports.withheld import list_withheld
from dashboard.settings.calendar import read_calendar
from dashboard.settings.formats import read_formats
from dashboard.settings.schemes import read_schemes
from dashboard.store.generations import Store

Part = TypeVar("Part")
ATTEMPTS = 3
TITLE = "Labeling report"
LABEL_FIGURES = (
    "savings",
    "savings_by_automation",
    "forecast_hours",
    "items_per_hour",
)  # any of them says which labels were used
MAX_SELECTION_LENGTH = 120  # characters of the chosen projects and teams


def build_content(store: Store, request: ReportRequest, formats: Formats | None = None) -> Content:
    """Return the report's content, all from one state of the store, in these formats or in those of the store.

    Raises:
        BadFilter: too few people for the audience.
        StoreBusy: the store changed during every attempt.
    """
    return answer_consistently(store, request, assemble_content, formats)


def build_title(store: Store, request: ReportRequest) -> Sentence:
    """Return the report's title alone, which stands long before the rest.

    Raises:
        BadFilter: too few people for the audience.
        StoreBusy: the store changed during every attempt.
    """
    return answer_consistently(store, request, assemble_title)


def answer_consistently(
    store: Store, request: ReportRequest, assemble: Callable[[Answers], Part], formats: Formats | None = None
) -> Part:
    """Return what is assembled from the answers of one state of the store."""
    for _ in range(ATTEMPTS):
        with store.snapshot() as snapshot:
            week_shift = read_calendar(snapshot).week_shift
            chosen = formats or read_formats(snapshot)
            generation = snapshot.generation
        answers = Answers(store, replace(request, week_shift=week_shift, formats=chosen))
        check_scheme(answers)
        with use_formats(chosen):
            part = assemble(answers)
        if store.generation() == answers.generation == generation:
            return part
    raise StoreBusy("The store changed while the report was written.", "Try again.")


def assemble_title(answers: Answers) -> Sentence:
    """Return the title from one load of the figures."""
    disclosure = compute_disclosure(answers)
    return build_message(answers, disclosure, share.read_share_numbers(answers, disclosure))


def check_scheme(answers: Answers) -> None:
    """Refuse a scheme that the store does not have.

    Raises:
        BadFilter: there is none of this name.
    """
    scheme = answers.request.scheme
    if not scheme:
        return
    with answers.store.snapshot() as snapshot:
        names = read_schemes(snapshot).get_column("scheme").unique(maintain_order=True).to_list()
    if scheme not in names:
        raise BadFilter(f"There is no category scheme {scheme!r}.", f"There are: {', '.join(names) or 'none'}.")


def assemble_content(answers: Answers) -> Content:
    """Return the content from one load of the figures."""
    request = answers.request
    disclosure = compute_disclosure(answers)
    share_numbers = share.read_share_numbers(answers, disclosure)
    definitions = list_definitions(request)
    withheld = list_withheld(answers, disclosure)
    letterhead = read_letterhead(answers.store)
    return Content(
        request=request,
        title=TITLE,
        about=describe_selection(request),
        compared=format_period(*request.previous_days()),
        headline=build_message(answers, disclosure, share_numbers),
        note=clean_text(request.note, MAX_NOTE_LENGTH),
        numbers=build_key_numbers(answers, disclosure, share_numbers),
        sections=build_sections(answers, disclosure, share_numbers),
        decisions=list_decisions(answers, disclosure) if ReportPart.decisions in request.parts else (),
        remarks=list_remarks(answers, disclosure, share_numbers, withheld),
        withheld=withheld,
        definitions=definitions if ReportPart.methods in request.parts else (),
        provenance=build_provenance(answers, definitions, letterhead),
        letterhead=letterhead,
    )


def describe_selection(request: ReportRequest) -> str:
    """Return the period and the selection in words."""
    period = format_period(request.first, request.last)
    scheme = (request.scheme,) if request.scheme else ()
    selections = (("Projects", request.projects), ("Teams", request.teams), ("Scheme", scheme))
    labelled = [f"{label}: {', '.join(clean_text(name) for name in names)}" for label, names in selections if names]
    return "; ".join([period[:1].upper() + period[1:], *(clean_text(part, MAX_SELECTION_LENGTH) for part in labelled)])


def build_sections(answers: Answers, disclosure: Disclosure, share_numbers: share.ShareNumbers) -> tuple[Section, ...]:
    """Return the sections that are asked for, in their order."""
    requested = set(answers.request.parts)
    if answers.request.audience is Audience.management:
        requested -= {ReportPart.people}
    labels = None if has_time(share_numbers) else read_label_numbers(answers, disclosure)
    if labels:
        requested -= {ReportPart.hours, ReportPart.people}  # of tracked time
    builders: dict[ReportPart, Callable[[], Section]] = {
        ReportPart.share: lambda: (
            build_labels_section(answers, disclosure, labels)
            if labels
            else replace(
                share.build_share_section(answers, disclosure, share_numbers),
                message=str(build_share_message(answers, disclosure, share_numbers)),
            )
        ),
        ReportPart.hours: lambda: build_hours_section(answers, disclosure),
        ReportPart.people: lambda: build_people_section(answers),
        ReportPart.savings: lambda: build_savings_section(answers, disclosure),
        ReportPart.change: lambda: build_change_section(answers, disclosure),
        ReportPart.outlook: lambda: build_outlook_section(answers, disclosure),
    }
    return tuple(build() for part, build in builders.items() if part in requested)


def build_provenance(answers: Answers, definitions: tuple[Definition, ...], letterhead: Letterhead) -> Provenance:
    """Return where the report comes from."""
    label_figure = next((name for name in LABEL_FIGURES if name in answers.figure_names()), None)
    loaded = [answers.load_figure(name) for name in ("labeling_share", label_figure) if name]
    days = [figure.as_of for figure in loaded if figure.as_of]
    sources = sorted({name.strip() for figure in loaded for name in figure.sources.split(",") if name.strip()})
    with answers.store.snapshot() as snapshot:
        is_demo = snapshot.read_setting("demo") == "true"
    return Provenance(
        as_of=max(days).isoformat() if days else "",
        sources=", ".join(clean_text(source) for source in sources),
        rows=sum(figure.used for figure in loaded),
        rules_version=answers.rules_version(),
        content_hash=answers.compute_hash(
            [*((definition.term, definition.text) for definition in definitions), repr(letterhead)]
        ),
        figures=answers.figure_names(),
        is_demo=is_demo,
    )
