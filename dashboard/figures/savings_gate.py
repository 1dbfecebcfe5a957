"""The word of the quality gate for each automation: the time it saved is confirmed, unproven, or void."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.figures import quality_gate
from dashboard.figures.savings_net import Verdict
from dashboard.store import Snapshot


def verdicts(snapshot: Snapshot, params: Mapping[str, object], automations: Sequence[str]) -> dict[str, Verdict]:
    """Return the verdict by automation: void if one project is, confirmed if all are; no audit confirms nothing."""
    words: dict[str, set[Verdict]] = {}
    for gate in quality_gate.gates(snapshot, params):
        words.setdefault(gate.automation, set()).add(gate.parity.verdict)
    return {name: weakest(words.get(name, set())) for name in automations}


def weakest(words: set[Verdict]) -> Verdict:
    """Return the verdict over projects."""
    if "void" in words:
        return "void"
    return "confirmed" if words == {"confirmed"} else "not confirmed"
