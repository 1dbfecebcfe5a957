"""The first section: the labeling share, its coverage, its course, and the 80/20 belief."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from dashboard import theme
from dashboard.figures.change import WEEKEND
from dashboard.privacy import SMALLEST_GROUP
from dashboard.reports import drawings, sentences
from dashboard.reports.answers import Answers
from dashboard.reports.disclosure import ENGINEERS, EVERYONE, Disclosure
from dashboard.reports.model import KeyNumber, Number, Section, Sentence
from dashboard.reports.request import HISTORY_WEEKS, Part, during, named
from dashboard.reports.sentences import percent, sentence, signed_points

TWO = "labeling_of_labeling_and_modeling"
ALL = "labeling_of_all_tracked"
WITHHELD = f"withheld, being about fewer than {SMALLEST_GROUP} people"
CHOSEN, FEW = "chosen projects", "so few people or weeks"


@dataclass(frozen=True)
class Share:
    """The numbers of the labeling share of everyone selected; None where there is no such time."""

    two: Number | None
    part: Number | None
    both: Number | None
    whole: Number | None
    of_all: Number | None
    coverage: Number | None


def share(answers: Answers, seen: Disclosure) -> Share:
    """Return the numbers that the headline and the section are written from, without those that are withheld."""
    two = {"scope": EVERYONE, "measure": TWO}
    everything = {"scope": EVERYONE, "measure": ALL}
    found = Share(
        two=answers.number("labeling_share", "share", percent, **two),
        part=answers.number("labeling_share", "numerator_hours", theme.hours, **two),
        both=answers.number("labeling_share", "denominator_hours", theme.hours, **two),
        whole=answers.number("labeling_share", "denominator_hours", theme.hours, **everything),
        of_all=answers.number("labeling_share", "share", percent, **everything),
        coverage=None if seen.coverage else answers.number("labeling_share", "coverage", percent, **two),
    )
    found = replace(found, two=None, both=None) if seen.two else found
    return replace(found, of_all=None, part=None) if seen.all_time else found


def headline(answers: Answers, seen: Disclosure, found: Share) -> Sentence:
    """Return the labeling share in one sentence with its denominator, or why there is none."""
    when = during(answers.request.first, answers.request.last)
    if not found.whole or not found.whole.value:
        return sentence(f"No time is tracked {when}{outside(answers)}.")
    if seen.all_time:
        return sentence("The team tracked ", found.whole, f" {when}; how much of it was labeling is {WITHHELD}.")
    if seen.two and found.of_all:
        lead = ("The team spent ", found.of_all, f" of all tracked time on labeling {when}: ")
        return sentence(*lead, found.part, " of ", found.whole, ".")
    if not found.two or not found.part or not found.both:
        return sentence("The team tracked ", found.whole, f" {when}, none of it labeling or modeling.")
    return sentences.share("The team", when, found.two, found.part, found.both)


def outside(answers: Answers) -> str:
    """Return where the time log lies, if it does not reach the period."""
    days = answers.log_days()
    if days and answers.request.last < days[0]:
        return f": the time log begins on {theme.day(days[0])}"
    if days and answers.request.first > days[1]:
        return f": the time log ends on {theme.day(days[1])}"
    return ""


def partly(answers: Answers) -> list[Sentence]:
    """Return which days of the period the time log does not reach."""
    days, said = answers.log_days(), []
    if days and answers.request.first < days[0]:
        said.append(sentence(f"The time log begins on {theme.day(days[0])}: the days before are in no number."))
    if days and answers.request.last > days[1]:
        said.append(sentence(f"The time log ends on {theme.day(days[1])}: the days after are in no number."))
    return said


def numbers(seen: Disclosure, found: Share) -> list[KeyNumber]:
    """Return the large numbers of the share."""
    of_both = f"of {found.both} of labeling and modeling" if found.both else ""
    of_whole = f"of {found.whole}" if found.whole else ""
    covers = "tracked of capacity" if found.coverage else "no weekly hours are set"
    return [
        KeyNumber("Labeling share", found.two, WITHHELD if seen.two else of_both),
        KeyNumber("Of all tracked time", found.of_all, WITHHELD if seen.all_time else of_whole),
        KeyNumber("Coverage", found.coverage, WITHHELD if seen.coverage else covers),
    ]


def section(answers: Answers, seen: Disclosure, found: Share) -> Section:
    """Return the section."""
    title = "How much of the time is labeling"
    if not found.whole or not found.whole.value:
        return Section(Part.share, title, (sentence("No time is tracked, so there is no share."),))
    said = partly(answers)
    if seen.all_time:
        said.append(sentence("Of all ", found.whole, f" tracked, the part of labeling is {WITHHELD}."))
    if found.of_all:
        said.append(sentence("Of all ", found.whole, " tracked, labeling took ", found.of_all, "."))
        said += [trend(answers, seen), *history(answers, seen)]
    told = sentence(f"How much of all work is tracked is {WITHHELD}.")
    said.append(told if seen.coverage else sentences.covered(found.coverage))
    said += [*engineers(answers, seen), *belief(answers, seen)]
    return Section(Part.share, title, tuple(said), charts=drawings.shares(answers, seen))


def trend(answers: Answers, seen: Disclosure) -> Sentence:
    """Return how the share of all tracked time moved since the period before."""
    first, last = answers.request.before_days()
    before, days = during(first, last), answers.log_days()
    if days and first + timedelta(days=WEEKEND) < days[0] <= last:
        began = theme.day(days[0])
        return sentence(f"The time log begins on {began}, too late to compare it with all of {named(first, last)}.")
    if not seen.before:
        return sentence(f"Too few people have time {before} to compare it with.")
    where = {"scope": EVERYONE, "measure": ALL}
    then = answers.number("labeling_share", "share", percent, period="before", **where)
    change = answers.number("labeling_share", "share", sentences.absolute_points, how="change", **where)
    around = [interval(answers, period) for period in ("this", "before")]
    now = answers.number("labeling_share", "share", percent, **where)
    unjudged = ""
    if None in around:
        unjudged = f"and chance cannot be told apart for {CHOSEN if answers.request.projects else FEW}"
    what = sentences.course(now.value if now else 0.0, then.value if then else None, around[0], around[1])
    return sentences.changed(what, before, change, then, unjudged)


def interval(answers: Answers, period: str) -> tuple[float, float] | None:
    """Return the interval of everyone's share of all tracked time; none where projects are chosen."""
    if answers.request.projects:
        return None  # the figure is about all projects
    ends = [answers.number("claim_check", end, percent, period=period, scope=EVERYONE) for end in ("low", "high")]
    return (ends[0].value, ends[1].value) if ends[0] and ends[1] else None


def history(answers: Answers, seen: Disclosure) -> list[Sentence]:
    """Return where the weeks of the half year before lay."""
    where: dict[str, Any] = {"scope": EVERYONE} | ({} if seen.weeks is None else {"week_on": seen.weeks})
    weeks = answers.rows("share_over_time", "history", **where).drop_nulls("share_of_all_tracked").height
    if weeks < HISTORY_WEEKS // 4:
        said = "is no week" if not weeks else "is only 1 week" if weeks == 1 else f"are only {weeks} weeks"
        return [sentence(f"There {said} of history to compare it with.")]
    least, median, most = (
        answers.number("share_over_time", "share_of_all_tracked", percent, period="history", how=how, **where)
        for how in ("least", "median", "most")
    )
    spread = sentence(
        f"In the {weeks} weeks before, a week's share lay between ", least, " and ", most, ", half of them above ",
        median, ".",
    )  # fmt: skip
    return [spread, *course(answers, where)]


def course(answers: Answers, where: dict[str, Any]) -> list[Sentence]:
    """Return whether the share rose or fell over the weeks before: only where all of the interval says so."""

    def end(how: str, show: sentences.Show) -> Number | None:
        return answers.number("share_over_time", "share_of_all_tracked", show, period="history", how=how, **where)

    low, high = end("drift_from", signed_points), end("drift_to", signed_points)
    if low is None or high is None:
        return [sentence("Whether they rose or fell cannot be told: too few weeks, or too much like one another.")]
    if low.value <= 0 <= high.value:
        return [sentence("Over these weeks there is no clear trend (", low, " to ", high, ").")]
    verb, ends = ("rose", ("drift_from", "drift_to")) if low.value > 0 else ("fell", ("drift_to", "drift_from"))
    least, most = end(ends[0], sentences.bare_points), end(ends[1], sentences.absolute_points)
    return [sentence(f"Over these weeks it {verb}, by ", least, " to ", most, " along a straight line (95%).")]


def engineers(answers: Answers, seen: Disclosure) -> list[Sentence]:
    """Return the engineers' own share, where they may be told from the others."""
    where = {"scope": ENGINEERS, "measure": ALL}
    value = answers.number("labeling_share", "share", percent, **where)
    if value is None or seen.engineers:
        return []
    hours = answers.number("labeling_share", "denominator_hours", theme.hours, **where)
    return [sentence("Engineers alone spent ", value, " of their ", hours, " on labeling.")]


def belief(answers: Answers, seen: Disclosure) -> list[Sentence]:
    """Return whether the 80/20 belief holds here: of engineers, as claimed, where they may be shown."""
    if answers.request.projects or seen.all_time:
        return []
    scope = EVERYONE if seen.engineers else ENGINEERS
    found = answers.rows("claim_check", scope=scope)
    if found.is_empty():
        return []
    row = found.row(0, named=True)
    value = answers.number("claim_check", "share", percent, scope=scope)
    low, high = (answers.number("claim_check", end, percent, scope=scope) for end in ("low", "high"))
    if value is None:
        return []
    said = [sentences.belief(str(row["verdict"]), str(row["settles"]), value, low, high)]
    apart = answers.rows("claim_check", scope=ENGINEERS)
    if scope == EVERYONE and not apart.is_empty():
        word = {"supported": "it is supported", "not supported": "it is not supported"}
        verdict = word.get(str(apart.item(0, "verdict")), "it cannot be told")
        said.append(
            sentence(
                f"For engineers alone {verdict}; their numbers are withheld: they, or the others, are too few at it."
            )
        )
    return said
