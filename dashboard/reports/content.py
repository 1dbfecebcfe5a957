"""What a report says, written once from figures; every format writes down the same."""

from __future__ import annotations

from collections.abc import Callable

from dashboard.errors import StoreBusy
from dashboard.reports import (
    change_section,
    decisions,
    disclosure,
    hours_section,
    methods,
    outlook_section,
    people_section,
    savings_section,
    sentences,
    share_section,
)
from dashboard.reports.answers import Answers
from dashboard.reports.disclosure import Disclosure
from dashboard.reports.model import Content, Definition, KeyNumber, Provenance, Section, Sentence, plain
from dashboard.reports.request import LONGEST_NOTE, Audience, Part, Request, named
from dashboard.store import Store

ATTEMPTS = 3
TITLE = "Where labeling time goes"
OF_LABELS = ("savings", "savings_by_automation", "forecast_hours")  # any of them says which labels were used
SELECTION = 120  # characters of the chosen projects and teams


def content(store: Store, request: Request) -> Content:
    """Return the report's content, all of one state of the store.

    Raises:
        BadFilter: too few people for the audience.
        StoreBusy: the store changed during every attempt.
    """
    for _ in range(ATTEMPTS):
        answers = Answers(store, request)
        found = written(answers)
        if store.generation() == answers.generation:
            return found
    raise StoreBusy("The store changed while the report was written.", "Try again.")


def written(answers: Answers) -> Content:
    """Return the content of one reading of the figures."""
    request = answers.request
    seen = disclosure.disclosed(answers)
    found = share_section.share(answers, seen)
    definitions = methods.definitions(request)
    return Content(
        request=request,
        title=TITLE,
        about=about(request),
        compared=named(*request.before_days()),
        headline=headline(answers, seen, found),
        note=plain(request.note, LONGEST_NOTE),
        numbers=numbers(answers, seen, found),
        sections=sections(answers, seen, found),
        decisions=decisions.decisions(answers, seen) if Part.decisions in request.parts else (),
        definitions=definitions if Part.methods in request.parts else (),
        provenance=provenance(answers, definitions),
    )


def about(request: Request) -> str:
    """Return the period and the selection in words."""
    when = named(request.first, request.last)
    chosen = (("Projects", request.projects), ("Teams", request.teams))
    said = [f"{label}: {', '.join(plain(name) for name in names)}" for label, names in chosen if names]
    return "; ".join([when[:1].upper() + when[1:], *(plain(part, SELECTION) for part in said)])


def numbers(answers: Answers, seen: Disclosure, found: share_section.Share) -> tuple[KeyNumber, ...]:
    """Return the large numbers on top; of automation only where its section is wanted."""
    saved = [savings_section.key_number(answers, seen)] if Part.savings in answers.request.parts else []
    return (*share_section.numbers(seen, found), *saved)


def headline(answers: Answers, seen: Disclosure, found: share_section.Share) -> Sentence:
    """Return the one sentence that remains: the labeling share, and what automation saved."""
    first = share_section.headline(answers, seen, found)
    if Part.savings not in answers.request.parts or answers.figure("savings").refused or not seen.savings:
        return first
    then = savings_section.answer(answers, seen)[:2]
    return sentences.sentence(*first.pieces, *(piece for one in then for piece in (" ", *one.pieces)))


def sections(answers: Answers, seen: Disclosure, found: share_section.Share) -> tuple[Section, ...]:
    """Return the sections that are asked for, in their order."""
    wanted = set(answers.request.parts)
    if answers.request.audience is Audience.management:
        wanted -= {Part.people}
    made: dict[Part, Callable[[], Section]] = {
        Part.share: lambda: share_section.section(answers, seen, found),
        Part.hours: lambda: hours_section.section(answers, seen),
        Part.people: lambda: people_section.section(answers),
        Part.savings: lambda: savings_section.section(answers, seen),
        Part.change: lambda: change_section.section(answers, seen),
        Part.outlook: lambda: outlook_section.section(answers, seen),
    }
    return tuple(make() for part, make in made.items() if part in wanted)


def provenance(answers: Answers, definitions: tuple[Definition, ...]) -> Provenance:
    """Return where the report comes from."""
    of_labels = next((name for name in OF_LABELS if name in answers.names()), None)
    read = [answers.figure(name) for name in ("labeling_share", of_labels) if name]
    days = [one.as_of for one in read if one.as_of]
    sources = sorted({name.strip() for one in read for name in one.sources.split(",") if name.strip()})
    with answers.store.snapshot() as snapshot:
        is_demo = snapshot.meta("demo") == "true"
    return Provenance(
        as_of=max(days).isoformat() if days else "",
        sources=", ".join(plain(source) for source in sources),
        rows=sum(one.used for one in read),
        rules_version=answers.rules_version(),
        content_hash=answers.content_hash([(one.term, one.text) for one in definitions]),
        figures=answers.names(),
        is_demo=is_demo,
    )
