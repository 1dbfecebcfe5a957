"""What the words of a report mean, in half a page, and how its numbers are made."""

from __future__ import annotations

from dashboard.allocation.claim import MIN_PEOPLE, MIN_WEEKS
from dashboard.categories import LABELING_SIDE, MODELING_SIDE, describe_side
from dashboard.privacy import MIN_GROUP_SIZE
from dashboard.reports.document import Definition
from dashboard.reports.request import Audience, ReportRequest

_COMMON_DEFINITIONS = (
    Definition(
        "Labeling share",
        f"hours of {describe_side(LABELING_SIDE)} over those and {describe_side(MODELING_SIDE)}; beside it the same "
        "hours over all tracked time. The two differ whenever there is other work.",
    ),
    Definition(
        "Coverage",
        "tracked hours over capacity (weekly hours less time off) of those whose weekly hours are known. What is not "
        "tracked is in no share.",
    ),
    Definition(
        "Interval of a share",
        "95%, as wide as people and weeks differ from each other; given from "
        f"{MIN_PEOPLE} people and {MIN_WEEKS} weeks on. A change is called a rise or a fall only where the "
        "intervals of both periods do not touch.",
    ),
    Definition(
        "Hours saved",
        "the time that assisted labels would have taken by hand, predicted from labels made by hand, less the time "
        "they took with review and rework, less setup and maintenance where known; 95% interval in brackets. "
        "A loss is told as a loss.",
    ),
    Definition(
        "Evidence grade",
        "A a random hold-out; B the same items both ways, or rollouts at different dates; C adjusted for what the log "
        "shows; D a plain ratio.",
    ),
    Definition(
        "What is to come",
        "drawn anew 2,000 times from the weeks measured so far; not an average, and no promise.",
    ),
    Definition(
        "Quality",
        "confirmed where a blind audit shows that assisted labels are worse by less than a margin set beforehand; "
        "hours saved without that are unconfirmed, and void where the margin is missed.",
    ),
)
_AUDIENCE_DEFINITIONS = {
    Audience.management: Definition(
        "People",
        f"nobody is named, and no row about people, their roles or teams is about fewer than {MIN_GROUP_SIZE}. Totals "
        "of projects and categories are shown whatever the number of people.",
    ),
    Audience.team: Definition("People", "stand under pseudonyms, the same in every figure of one store."),
    Audience.private: Definition("People", "may stand under their names: not for passing on."),
}


STRICT_DEFINITION = Definition(
    "People",
    f"nobody is named, and no row, project or category is about fewer than {MIN_GROUP_SIZE} people; a further one is "
    "withheld where a total would give one away.",
)


def list_definitions(request: ReportRequest) -> tuple[Definition, ...]:
    """Return the definitions that a report prints."""
    is_strict = request.audience is Audience.management and request.hides_small_groups
    return (*_COMMON_DEFINITIONS, STRICT_DEFINITION if is_strict else _AUDIENCE_DEFINITIONS[request.audience])
