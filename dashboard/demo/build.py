"""Build the demo's store: write the exports of all the team's tools, and import them with the real importers."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import polars as pl

from dashboard.demo.ablations import write_ablations
from dashboard.demo.audit import write_audit
from dashboard.demo.diary import simulate_diary
from dashboard.demo.experiments import write_mlflow
from dashboard.demo.items import simulate_items, simulate_reviews
from dashboard.demo.labeling_tools import write_cvat, write_label_studio
from dashboard.demo.settings import register_automations, save_plans
from dashboard.demo.synthetic import format_report_name, write_quality_report, write_rendered_labels
from dashboard.demo.team import DAYS, MEMBERS, PROJECTS, WEEKLY_HOURS, ZONE, DemoTeam, draw_days_away
from dashboard.demo.trackers import select_entries, write_clockify, write_jira, write_toggl
from dashboard.errors import StoreUnusable
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_all
from dashboard.store.generations import Store
from dashboard.store.snapshot import Change

TRACKERS = ("toggl_time_entries.csv", "clockify_time_report_detailed.csv", "jira.csv")


def write_exports(folder: Path, today: date, seed: int = 20) -> DemoTeam:
    """Write the exports of the ten months up to yesterday; the same day and seed give the same bytes."""
    first_on, last_on = today - timedelta(days=DAYS), today - timedelta(days=1)
    away = tuple((member, day) for member in MEMBERS for day in sorted(draw_days_away(member, first_on, last_on, seed)))
    team = DemoTeam(today, first_on, last_on, ZONE, MEMBERS, PROJECTS, away, {})
    diary = simulate_diary(team, seed)
    toggl, clockify, jira = (folder / name for name in TRACKERS)
    write_toggl(toggl, select_entries(diary, "toggl", today))
    write_clockify(clockify, select_entries(diary, "clockify", today))
    write_jira(jira, select_entries(diary, "jira", today), team)
    files = {"toggl": toggl, "clockify": clockify, "jira": jira, "mlflow": folder / "mlflow_runs.csv"}
    write_mlflow(files["mlflow"], team, diary, seed)
    items_by_project = {project.key: simulate_items(team, diary, project, seed) for project in PROJECTS}
    for project in PROJECTS:
        items = items_by_project[project.key]
        name = project.name.lower().replace(" ", "_")
        if project.tool == "label_studio":
            files[name] = folder / f"label_studio_{name}.json"
            write_label_studio(files[name], items, simulate_reviews(team, items, project, seed))
        else:
            files[name] = folder / f"cvat_events_{name}.csv"
            write_cvat(files[name], items)
    files["audit"] = folder / "label_audit.csv"
    write_audit(files["audit"], team, diary, items_by_project, seed)
    files["ablations"] = folder / "ablation_runs.csv"
    write_ablations(files["ablations"], team, seed)
    files |= {"rendered": folder / "rendered_signs.csv", "parity": folder / format_report_name()}
    write_rendered_labels(files["rendered"], team)
    write_quality_report(files["parity"])
    return replace(team, files=files)


EDITION = "9"  # increased when exports or people change, so that older demo stores are rebuilt
HOURS_PER_DAY = 8.0
AUTHOR = "demo"
OWN_IMPORTS_SQL = "select 1 from import where imported_by is distinct from $author limit 1"
DEMO_TABLES = (
    *("import", "bad_row", "time_entry", "labeling_event", "experiment_run", "quality_report", "activity"),
    *("time_day", "labeling_day"),
    *("person", "alias", "capacity", "time_off", "quality_margin", "automation", "automation_scope"),
    *("automation_cost", "automation_effort", "rate", "token_price", "labeling_project", "label", "shared_time"),
    *("scenario", "scenario_input", "backlog_plan", "issued_projection", "issued_quantity", "note"),
)
MARGIN, MARGIN_DAYS = 0.02, 130  # agreed this many days ago, before the blind audit began


def build_demo(store_folder: Path, today: date | None = None, progress: Callable[[str], None] | None = None) -> None:
    """Build the demo's store, unless the folder has one of today and this edition, or one with imports of somebody.

    Those would be lost: building it anew takes out every row.

    Raises:
        StoreUnusable: the folder holds a store that is not the demo's.
    """
    today = today or datetime.now(tz=UTC).date()
    report_progress = progress or (lambda _: None)
    store = Store(store_folder)
    if _is_fresh(store, today):
        return
    with tempfile.TemporaryDirectory(prefix="labeltime-demo-") as folder:
        report_progress("Writing ten months of exports of a team of twelve")
        team = write_exports(Path(folder), today)
        settings = Settings(zone=team.zone, today=today)
        with store.change("build the demo", AUTHOR) as change:
            for table in DEMO_TABLES:
                change.execute(f"delete from {table}")  # noqa: S608 - fixed names
            for path in team.files.values():
                report_progress(f"Importing {path.name}")
                import_all(change, [path], settings, AUTHOR, None, {}, None)
            report_progress("Adding people")
            _add_people(change, team)
            _add_margin(change, team)
            report_progress("Registering the automations")
            register_automations(change, team)
            change.save_setting("demo", "true")
        report_progress("Planning ahead")
        save_plans(store, today)
        with store.change("finish the demo", AUTHOR) as change:
            change.save_setting("demo_edition", f"{EDITION} of {today}")


def _is_fresh(store: Store, today: date) -> bool:
    if not store.exists():
        return False
    with store.snapshot() as snap:
        meta = dict(snap.query("select key, value from meta order by key").iter_rows())
        has_own_imports = not snap.query(OWN_IMPORTS_SQL, {"author": AUTHOR}).is_empty()
    if meta.get("demo") != "true":
        raise StoreUnusable(
            f"{store.folder} holds a store of your own.", "Name another folder for the demo with --store."
        )
    return has_own_imports or meta.get("demo_edition") == f"{EDITION} of {today}"


def _add_people(change: Change, team: DemoTeam) -> None:
    members = [(member.number, member.name, member.team, member.role, team.zone) for member in team.members]
    people = pl.DataFrame(members, schema=["person_id", "name", "team", "role", "zone"], orient="row")
    change.insert("person", people)
    aliases = [(alias, member.number) for member in team.members for alias in member.aliases]
    change.insert("alias", pl.DataFrame(aliases, schema=["alias", "person_id"], orient="row"))
    hours = pl.DataFrame({"person_id": [member.number for member in team.members]})
    from_on = pl.lit(team.first_on).alias("from_on")
    change.insert("capacity", hours.with_columns(from_on, pl.lit(WEEKLY_HOURS).alias("weekly_hours")))
    away = [(member.number, day, HOURS_PER_DAY) for member, day in team.time_off]
    change.insert("time_off", pl.DataFrame(away, schema=["person_id", "day_on", "hours"], orient="row"))


def _add_margin(change: Change, team: DemoTeam) -> None:
    set_at = datetime.combine(team.today - timedelta(days=MARGIN_DAYS), time(9))
    row = {"project": "", "margin": MARGIN, "set_at": set_at, "set_by": "Priya Raman"}
    change.execute("insert into quality_margin values ($project, $margin, $set_at, $set_by)", row)
