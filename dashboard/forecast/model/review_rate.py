"""What another share of reviewed labels would add to the seconds per item, from the team's own reviews."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dashboard.errors import Cause, Unavailable
from dashboard.forecast.model.weekly_series import LEVEL_WEEKS, NOISE_WEEKS, Reals

if TYPE_CHECKING:
    from collections.abc import Mapping

MINIMUM_REVIEWS = 30  # timed reviews, below which nothing is said of how long one takes
MINIMUM_WEEKS = 6  # with timed reviews, below which their spread is not known
WIDENED_ERROR = 0.35  # log standard deviation of a mean of fewer weeks


@dataclass(frozen=True)
class ReviewEffort:
    """The reviews of a project.

    `rate` is the share of its labels of the last twelve weeks that were reviewed, `seconds` the mean of a timed review,
    `log_error` the standard error of its logarithm over weeks, `held_seconds` the review time per label that the
    seconds per item of the history hold: less than `rate` times `seconds` where some reviews are not timed.
    """

    rate: float
    seconds: float
    log_error: float
    held_seconds: float
    reviews: int

    def compute_change(self, rate: Reals, seconds: Reals) -> Reals:
        """Return the seconds that a planned rate adds per item; what it takes away is at most what is held."""
        more: Reals = (rate - self.rate) * seconds
        less: Reals = -self.held_seconds * (1 - rate / self.rate) if self.rate > 0 else more
        return np.where(rate >= self.rate, more, less)


def estimate_review_effort(columns: Mapping[str, Reals]) -> ReviewEffort | Unavailable:
    """Return the reviews of a history, which needs the columns of reviews, or what is lacking."""
    timed = columns["review_timed"][-NOISE_WEEKS:] if "review_timed" in columns else np.zeros(1)
    count = int(timed.sum())
    if count < MINIMUM_REVIEWS:
        return Unavailable(
            f"Not enough data on how long a review takes: {count} reviews are timed.",
            f"At least {MINIMUM_REVIEWS} timed reviews of this project in half a year.",
            Cause.too_little_data,
        )
    seconds = columns["review_seconds"][-NOISE_WEEKS:]
    has_time = (timed > 0) & (seconds > 0)
    if not has_time.any():
        return Unavailable("The reviews of this project take no time.", "Reviews with their time.", Cause.not_recorded)
    logs = np.log(seconds[has_time] / timed[has_time])
    weeks = len(logs)
    error = float(logs.std(ddof=1) / np.sqrt(weeks)) if weeks >= MINIMUM_WEEKS else WIDENED_ERROR
    recent = slice(-LEVEL_WEEKS, None)
    items = float(columns["items"][recent].sum())
    labels = float(columns.get("human_timed", columns["items"])[recent].sum())
    return ReviewEffort(
        rate=float(columns["reviewed"][recent].sum()) / items if items else 0.0,
        seconds=float(seconds.sum()) / count,
        log_error=error,
        held_seconds=float(columns["review_seconds"][recent].sum()) / labels if labels else 0.0,
        reviews=count,
    )
