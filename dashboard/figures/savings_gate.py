"""The verdict of the quality gate on each automation: its saved time is confirmed, not confirmed, or void."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.figures import quality_gate
from dashboard.figures.savings_net import Verdict
from dashboard.store import Snapshot


def resolve_verdicts(
    snapshot: Snapshot, params: Mapping[str, object], automations: Sequence[str]
) -> dict[str, Verdict]:
    """Return the verdict by automation: void if any project is, confirmed if all are, else not confirmed."""
    verdicts_by_automation: dict[str, set[Verdict]] = {}
    for gate in quality_gate.build_gates(snapshot, params):
        verdicts_by_automation.setdefault(gate.automation, set()).add(gate.parity.verdict)
    return {name: find_weakest_verdict(verdicts_by_automation.get(name, set())) for name in automations}


def find_weakest_verdict(verdicts: set[Verdict]) -> Verdict:
    """Return the weakest of the projects' verdicts."""
    if "void" in verdicts:
        return "void"
    return "confirmed" if verdicts == {"confirmed"} else "not confirmed"
