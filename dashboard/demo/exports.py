"""Writes everything the demo team's tools would export."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from dashboard.demo.ablations import write_ablations
from dashboard.demo.audit import write_audit
from dashboard.demo.cvat import write_cvat
from dashboard.demo.diary import stretches
from dashboard.demo.experiments import write_mlflow
from dashboard.demo.items import items
from dashboard.demo.label_studio import write_label_studio
from dashboard.demo.reviews import reviews
from dashboard.demo.synthetic import report_name, write_rendered, write_report
from dashboard.demo.team import DAYS, MEMBERS, PROJECTS, ZONE, DemoTeam, days_away
from dashboard.demo.trackers import logged_in, write_clockify, write_jira, write_toggl

TRACKERS = ("toggl_time_entries.csv", "clockify_time_report_detailed.csv", "jira.csv")


def write_exports(folder: Path, today: date, seed: int = 20) -> DemoTeam:
    """Write the exports of ten months up to yesterday; equal days and seeds give equal bytes."""
    first_on, last_on = today - timedelta(days=DAYS), today - timedelta(days=1)
    away = tuple((member, day) for member in MEMBERS for day in sorted(days_away(member, first_on, last_on, seed)))
    team = DemoTeam(today, first_on, last_on, ZONE, MEMBERS, PROJECTS, away, {})
    diary = stretches(team, seed)
    toggl, clockify, jira = (folder / name for name in TRACKERS)
    write_toggl(toggl, logged_in(diary, "toggl", today))
    write_clockify(clockify, logged_in(diary, "clockify", today))
    write_jira(jira, logged_in(diary, "jira", today), team)
    files = {"toggl": toggl, "clockify": clockify, "jira": jira, "mlflow": folder / "mlflow_runs.csv"}
    write_mlflow(files["mlflow"], team, diary, seed)
    labeled = {project.key: items(team, diary, project, seed) for project in PROJECTS}
    for project in PROJECTS:
        found = labeled[project.key]
        name = project.name.lower().replace(" ", "_")
        if project.tool == "label_studio":
            files[name] = folder / f"label_studio_{name}.json"
            write_label_studio(files[name], found, reviews(team, found, project, seed))
        else:
            files[name] = folder / f"cvat_events_{name}.csv"
            write_cvat(files[name], found)
    files["audit"] = folder / "label_audit.csv"
    write_audit(files["audit"], team, diary, labeled, seed)
    files["ablations"] = folder / "ablation_runs.csv"
    write_ablations(files["ablations"], team, seed)
    files |= {"rendered": folder / "rendered_signs.csv", "parity": folder / report_name()}
    write_rendered(files["rendered"], team)
    write_report(files["parity"])
    return replace(team, files=files)
