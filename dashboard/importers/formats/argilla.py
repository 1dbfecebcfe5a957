"""Argilla: records with suggestions and responses, of version 2 (`to_list`) and of the datasets before it.

One row per record and user. Version 2 drops the moment and the status of responses: drafts and discarded ones look
like submitted ones. A response equal to the suggestion is an unchanged one.
"""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.importers.contract import NO_PROJECT, Importer, match_records
from dashboard.importers.frames.label_records import FileContext, LabelFormat, Record, Row, build_each
from dashboard.importers.frames.label_values import (
    find_instant,
    format_value,
    get_object,
    list_objects,
    mark_stamped,
    read_instant,
    read_text,
)
from dashboard.importers.frames.suggestion_edits import AnswerParts, describe_edit, read_value

OUTCOMES = {"draft": "draft", "discarded": "skipped"}
BARE = "Records without a response, not counted as rows"
NO_STATUS = "Responses without a status: drafts and discarded ones among them look like submitted ones"


def _is_record(record: Record) -> bool:
    return (
        isinstance(record.get("fields"), dict)
        and isinstance(record.get("responses"), dict | list)
        and ("suggestions" in record or "status" in record or "external_id" in record)
    )


def _list_suggestions(record: Record) -> dict[str, Record]:
    """Return the suggestions by question."""
    suggestions = record.get("suggestions")
    if isinstance(suggestions, dict):
        return {name: get_object(suggestion) for name, suggestion in suggestions.items()}
    return {str(suggestion.get("question_name")): suggestion for suggestion in list_objects(suggestions)}


def _list_responses(record: Record) -> list[Record]:
    """Return one response per user, with its values by question."""
    responses = record.get("responses")
    if isinstance(responses, list):
        return [
            {
                **response,
                "values": {
                    name: get_object(answer).get("value", answer)
                    for name, answer in get_object(response.get("values")).items()
                },
            }
            for response in list_objects(responses)
        ]
    values: dict[str | None, dict[str, object]] = {}
    for question, answers in get_object(responses).items():
        for answer in list_objects(answers):
            values.setdefault(read_text(answer.get("user_id")), {})[question] = answer.get("value")
    return [{"user_id": user, "values": answers} for user, answers in values.items()]


def build_rows(record: Record, context: FileContext) -> Iterator[Row]:
    """Yield the responses to one record."""
    suggestions = _list_suggestions(record)
    responses = _list_responses(record)
    context.counts[BARE] += not responses
    agents = {read_text(suggestion.get("agent")) for suggestion in suggestions.values()} - {None}
    item = read_text(record.get("id")) or read_text(record.get("external_id")) or read_text(record.get("_server_id"))
    yield from build_each(responses, lambda response: _build_response(response, item, agents, suggestions, context))


def _build_response(
    response: Record, item: str | None, agents: set[str | None], suggestions: dict[str, Record], context: FileContext
) -> Iterator[Row]:
    """Yield the row of one response."""
    status = read_text(response.get("status"))
    context.counts[NO_STATUS] += status is None
    user = read_text(response.get("user_id"))
    answers = response["values"]
    yield {
        "item": item,
        "native_id": read_text(response.get("id")) or (user and f"{item} {user}"),
        "person": context.name_person(user),
        "outcome": OUTCOMES.get(status or "", "submitted"),
        **_compare(answers, suggestions),
        "model": "; ".join(sorted(filter(None, agents))) or None,
        **mark_stamped(read_instant(response.get("inserted_at"))),
        "changed_at": find_instant(response.get("updated_at")),
        "objects": len(answers),
        "label_kind": "; ".join(sorted(answers))[:100] or None,
        "answer": "; ".join(f"{name}: {format_value(answers[name])}" for name in sorted(answers)) or None,
    }


def _compare(answers: Record, suggestions: dict[str, Record]) -> Row:
    """Return whether a response began with suggestions, and what became of them."""
    if not suggestions:
        return {"method": "manual", "suggestion": "none"}
    compared = [name for name in answers if name in suggestions]
    if not compared:
        return {"method": "unknown", "suggestion": "unknown"}
    suggested, final = AnswerParts(), AnswerParts()
    for name in compared:
        read_value(suggested, name, suggestions[name].get("value"))
        read_value(final, name, answers[name])
    is_same = all(answers[name] == suggestions[name].get("value") for name in compared)
    edit = describe_edit(suggested, final)
    if edit.get("edit_share") == 0 and not is_same:  # the same names in another order: a ranking, or several classes
        edit = {}
    return {"method": "pre-annotated", "suggestion": "unchanged" if is_same else "edited", **edit}


IMPORTER: Importer = LabelFormat(
    name="argilla",
    tool="argilla",
    title="Argilla records JSON",
    matches=match_records(_is_record),
    build_rows=build_rows,
    columns={"id": "item", "responses": "answer", "suggestions": "suggestion", "responses.user_id": "person"},
    notes=(),
    lacks=("how long a response took", NO_PROJECT, "when it was given and its status (version 2)"),
    has_local_ids=True,
)
