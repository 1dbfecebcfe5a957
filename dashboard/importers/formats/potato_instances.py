"""The annotated instances of POTATO 1 (`annotated_instances.jsonl`): a line per instance, in a folder per annotator.

The time is the text of the page's clock, which runs while the instance is open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from dashboard.errors import QuestionNeeded
from dashboard.importers.contract import NO_DURATION, NO_PROJECT, Importer, Reading, Settings, Source, match_records
from dashboard.importers.frames.label_records import FileContext, LabelFormat, Record, Row
from dashboard.importers.frames.label_values import (
    OPEN_RULE,
    SURVEY_PAGES,
    BadRecordError,
    count_answers,
    digest_text,
    get_object,
    is_survey_page,
    mark_reported,
    read_length,
    read_text,
)

TIME = re.compile(r"Time spent: (\d{1,3})d (\d{1,2})h (\d{1,2})m (\d{1,2})s\s*")
LONGEST_NAME = 60  # signs; longer values are free text, of which a digest is kept


def _is_instance(record: Record) -> bool:
    return "label_annotations" in record and isinstance(record.get("behavioral_data"), dict)


def find_annotator(source: Source) -> str | None:
    """Return the name of the folder that a file of an archive is in, which is that of the annotator."""
    return str(getattr(source, "place", "")).rpartition("/")[0].rpartition("/")[2] or None


def build_rows(record: Record, context: FileContext, person: str | None) -> Iterator[Row]:
    """Yield the event of one instance."""
    item = read_text(record.get("id"))
    if item and is_survey_page(item):
        context.counts[SURVEY_PAGES] += 1
        return
    answers = list(_list_answers(record))
    number = digest_text(person or context.settings.person, item)
    yield {
        "item": item,
        "native_id": number,
        "annotation": number,
        "person": person,
        **mark_reported(_read_time(record), OPEN_RULE),
        "objects": len(answers),
        "answer": count_answers(answers),
    }


def _read_time(record: Record) -> int | None:
    text = get_object(record.get("behavioral_data")).get("time_string")
    if text is None:
        return None
    clock = TIME.fullmatch(str(text))
    if clock is None:
        raise BadRecordError(NO_DURATION)
    days, hours, minutes, seconds = map(int, clock.groups())
    return read_length(((days * 24 + hours) * 60 + minutes) * 60 + seconds)


def _list_answers(record: Record) -> Iterator[str]:
    """Yield each label that was chosen, and each value that was entered."""
    for scheme, labels in get_object(record.get("label_annotations")).items():
        for label, value in get_object(labels).items():
            text = str(label) if str(value).casefold() == "true" else f"{label} {value}"
            yield f"{scheme}: {text if len(text) <= LONGEST_NAME else f'text {digest_text(text)}'}"
    for scheme, spans in get_object(record.get("span_annotations")).items():
        yield from (f"{scheme}: span" for _ in (spans if isinstance(spans, dict | list) else ()))


@dataclass
class InstanceFormat(LabelFormat):
    """Lines that name no annotator: the folder does, else the lead."""

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read the instances; raises `QuestionNeeded` where neither the folder nor the lead names the annotator."""
        person = find_annotator(source)
        if person is None and not settings.person:
            raise QuestionNeeded(
                "person",
                f"{source.name} names nobody: whose labels are they? An archive of all annotators' folders says it.",
                "Name the person, by e-mail where there is one.",
            )
        return LabelFormat.read(replace(self, build_rows=partial(build_rows, person=person)), source, settings)


IMPORTER: Importer = InstanceFormat(
    name="potato_instances",
    tool="potato",
    title="POTATO 1 annotated instances (JSONL)",
    matches=match_records(_is_instance),
    build_rows=partial(build_rows, person=None),
    columns={
        "id": "item",
        "label_annotations": "answer",
        "span_annotations": "objects",
        "behavioral_data.time_string": "milliseconds",
    },
    notes=(),
    retells=("potato",),
    lacks=("when an instance was labeled", NO_PROJECT, "whether a label was suggested"),
    has_local_ids=True,
)
