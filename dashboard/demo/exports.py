"""Write the exports of all the demo team's tools."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from dashboard.demo.ablations import write_ablations
from dashboard.demo.audit import write_audit
from dashboard.demo.cvat import write_cvat
from dashboard.demo.diary import simulate_diary
from dashboard.demo.experiments import write_mlflow
from dashboard.demo.items import simulate_items
from dashboard.demo.label_studio import write_label_studio
from dashboard.demo.reviews import simulate_reviews
from dashboard.demo.synthetic import format_report_name, write_quality_report, write_rendered_labels
from dashboard.demo.team import DAYS, MEMBERS, PROJECTS, ZONE, DemoTeam, draw_days_away
from dashboard.demo.trackers import select_entries, write_clockify, write_jira, write_toggl

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
