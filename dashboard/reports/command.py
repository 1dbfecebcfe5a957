"""The words of the command line that write the same report."""

from __future__ import annotations

from dashboard.reports.request import Audience, Comparison, Paper, ReportPart, ReportRequest


def list_arguments(request: ReportRequest, style: str, period: str = "") -> list[str]:
    """Return the arguments of `labeltime report`: for the request's days, or for the last period that is over."""
    days = ["--period", period] if period else ["--from", str(request.first), "--to", str(request.last)]
    arguments = ["report", *days, "--format", style]
    arguments += [f"--project={name}" for name in request.projects] + [f"--team={name}" for name in request.teams]
    arguments += ["--audience", str(request.audience)] if request.audience is not Audience.management else []
    arguments += [f"--without={part}" for part in ReportPart if part not in request.parts]
    arguments += [f"--note={request.note}"] if request.note else []
    arguments += ["--compare", str(request.comparison)] if request.comparison is not Comparison.before else []
    arguments += ["--hide-small-groups"] if request.hides_small_groups else []
    arguments += [f"--scheme={request.scheme}"] if request.scheme else []
    return arguments + (["--paper", str(request.paper)] if request.paper is not Paper.a4 else [])
