"""Tables that people take for time sheets, and why no hours by person and day can be read from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class TableWithoutTimes:
    """An export recognised by `titles` (in lower case), what it is, and what to export instead."""

    titles: frozenset[str]
    message: str
    hint: str


TABLES: Final = (
    TableWithoutTimes(
        frozenset({"issue id", "author username", "time estimate", "time spent"}),
        "is the list of issues of GitLab: its Time Spent is a sum of seconds for each issue, without who and when.",
        "Export the time logs: `timelogs` of GitLab's GraphQL interface has each entry with spentAt, timeSpent and"
        " user; save its answer as JSON and import that.",
    ),
    TableWithoutTimes(
        frozenset({"work item type", "assigned to", "state", "title"}),
        "is a query of Azure DevOps: its Completed Work is the running total of a work item on the day of the export,"
        " not who worked when.",
        "Export the entries of the add-on that people track their time with, such as 7pace Timetracker.",
    ),
    TableWithoutTimes(
        frozenset({"first_working_date", "last_working_date", "working_days"}),
        "has sums of Annofab for each person over the whole project, without days.",
        "Write worktime-per-date.csv with `annofabcli statistics visualize`, and import that.",
    ),
    TableWithoutTimes(
        frozenset({"module name", "cycle name", "state", "created by", "assignee"}),
        "is the list of work items of Plane: it has states and dates, and no time that anybody spent.",
        "Export the worklogs of the workspace in Plane, or the entries of a time tracker.",
    ),
    TableWithoutTimes(
        frozenset({"from", "to", "project", "tag", "time"}),
        "is a report of Watson: sums by project and again by tag, which would count the same hours twice.",
        "Write the frames with `watson log --all --json`, and import that.",
    ),
    TableWithoutTimes(
        frozenset({"team", "cycle number", "cycle name", "estimate", "status"}),
        "is the list of issues of Linear: it has states and estimates, and no time that anybody spent.",
        "Export the entries of the time tracker that the team uses beside it.",
    ),
    TableWithoutTimes(
        frozenset({"model", "banking_accuracy", "company_accuracy", "conll2003_accuracy"}),
        "is a benchmark of models of autolabel: scores by task, and no labels.",
        "Import the labeled dataset that `agent.run(...)` saves as CSV.",
    ),
    TableWithoutTimes(
        frozenset({"_unit_id", "_golden", "_unit_state", "_trusted_judgments"}),
        "is the aggregated report of Appen: one row per unit with the answer of the majority, without who and when.",
        "In Appen, open Results, Reports, and download the full report, which has each judgment.",
    ),
    TableWithoutTimes(
        frozenset({"polarity", "coverage", "overlaps", "conflicts"}),
        "is the summary of labeling functions of Snorkel: shares by function, and no labels.",
        "Write one row per label with the columns item, person (empty), method (weak), finished_at and model (the"
        " function), and import that CSV (`labeltime help formats`, labeling events).",
    ),
    TableWithoutTimes(
        frozenset({"rank", "time spent (seconds)", "number of people", "activity"}),
        "is a report of RescueTime by rank: sums over a whole period, without days.",
        "Ask its interface for the same report with perspective=interval, which gives a row for each day or hour.",
    ),
    TableWithoutTimes(
        frozenset({"label", "recommendation", "annotation_id", "user_id"}),
        "has labels of people beside the suggestion that INCEpTION showed them, without when and in what time.",
        "Import the event.log of the exported INCEpTION project, which has the times; or write one row per label with"
        " the columns item, person, method, suggestion and finished_at (`labeltime help formats`, labeling events).",
    ),
    TableWithoutTimes(
        frozenset({"subject_id", "assistance_level", "experience_text_annotation"}),
        "names the columns of the DALPHI study, without its rows.",
        "Import data_frame.csv of the study, which has the blocks of every person.",
    ),
    TableWithoutTimes(
        frozenset({"trace_id", "request_time", "execution_duration", "trace_metadata"}),
        "is a table of MLflow traces, whose tokens and cost stand in it as Python text.",
        "Import mlflow.db, the tracking server's database: its traces are read with their tokens and cost.",
    ),
    TableWithoutTimes(
        frozenset({"run id", "metric", "step", "timestamp", "value"}),
        "is the CSV of a chart of MLflow: values by step, no runs.",
        "Open the table of runs instead and press Download CSV, or import mlflow.db.",
    ),
    TableWithoutTimes(
        frozenset({"subject", "start date", "start time", "end date", "end time"}),
        "is a list of appointments, as Outlook exports it: what was planned, and not who worked on what.",
        "Import the entries of a time tracker; or save the calendar as iCalendar (.ics) and import that.",
    ),
    TableWithoutTimes(
        frozenset({"member", "start date", "start time", "end date", "end time", "theme color"}),
        "is a plan of shifts of Microsoft Teams: when people were to be there, and not what they worked on.",
        "Import the entries of a time tracker.",
    ),
    TableWithoutTimes(
        frozenset({"summary", "config", "name"}),
        "is a table of runs that was written with the interface of Weights & Biases: settings and results as Python"
        " text, without how a run ended.",
        "In the table of runs on the web page, make Created, Runtime and State visible, and export that as CSV.",
    ),
    TableWithoutTimes(
        frozenset({"filename", "region_shape_attributes", "region_attributes"}),
        "holds regions drawn with the VGG Image Annotator: labels without who made them, when and in what time.",
        "Write one row per label with the columns item, person, method and finished_at and import that CSV"
        " (`labeltime help formats`, labeling events).",
    ),
    TableWithoutTimes(
        frozenset({"timestamp", "duration", "app", "title"}),
        "is one bucket of ActivityWatch: windows that were open, whether or not somebody was there.",
        "In ActivityWatch, open Raw Data, Export all buckets as JSON, and import that.",
    ),
    TableWithoutTimes(
        frozenset({"wall time", "step", "value"}),
        "is the CSV of a chart of TensorBoard: values by step, no runs.",
        "Write one row per run with the columns run, started_at, finished_at and state, and import that CSV"
        " (`labeltime help formats`, experiment runs).",
    ),
    TableWithoutTimes(
        frozenset({"user", "instance_id", "displayed_text"}),
        "is the table of all labels of POTATO, without when and in what time.",
        "Import the folder annotation_output whole, as a folder or ZIP: the file of each annotator has the times.",
    ),
    TableWithoutTimes(
        frozenset({"prediction_agent", "annotation_agent", "annotation"}),
        "is a dataset of Argilla before version 2, saved as a table: labels without when and in what time.",
        "Write one row per label with the columns item, person, method and finished_at and import that CSV"
        " (`labeltime help formats`, labeling events).",
    ),
    TableWithoutTimes(
        frozenset({"member_id", "organization_id", "project_id", "start", "end"}),
        "is part of the export of an organization of solidtime, which names people and projects by numbers alone.",
        "In solidtime, open Reporting, Detailed, and export the entries as CSV.",
    ),
)  # fmt: skip


def find_table_without_times(titles: Iterable[str]) -> TableWithoutTimes | None:
    """Return which of these tables has the given titles, None where none has them."""
    folded = {title.strip().casefold() for title in titles}
    return next((table for table in TABLES if table.titles <= folded), None)
