"""How far each label's time lies beyond what is expected of it, to tell idle time from work.

Assistance often makes two kinds of times: suggestions accepted in seconds, and suggestions that take longer to correct
than labeling by hand. Measured from the middle of the assisted times alone, every correction would look idle, and
dropping it would make assistance look faster than it is. So a time is idle only beyond what is expected by hand and
with assistance.
"""

from __future__ import annotations

import numpy as np

from dashboard.inference.cluster_scores import compute_robust_deviation, fit_robust
from dashboard.inference.design_matrix import Reals, Terms

ASSISTED = "assisted"


def compute_idle_scores(terms: Terms, seconds: Reals) -> Reals:
    """Return how far each time lies beyond the expected ones, in robust standard deviations; zero if it does not.

    Labels by hand have a negative score if they are shorter than expected. Assisted labels have none: accepting a
    suggestion in a second is work.
    """
    fit = fit_robust(terms, seconds)
    assisted, effect = terms.columns[ASSISTED] > 0, fit.coefficients[ASSISTED]
    from_hand = fit.residuals + effect * assisted
    by_hand = compute_robust_deviation(from_hand[~assisted])
    effect = max(effect, estimate_correction_effect(from_hand[assisted], by_hand))
    with_assistance = compute_robust_deviation(fit.residuals[assisted])
    scale = np.where(assisted, max(by_hand, with_assistance), by_hand)
    above = np.maximum(from_hand - max(effect, 0.0), 0.0)
    below = np.where(assisted, 0.0, np.minimum(from_hand, 0.0))
    return (above + below) / scale


def estimate_correction_effect(from_hand: Reals, by_hand: float) -> float:
    """Return how much longer than by hand the assisted labels take that were not simply accepted, in log seconds.

    These are the ones that take at least about as long as by hand.
    """
    corrected = from_hand[from_hand > -by_hand]
    return float(np.median(corrected)) if len(corrected) else 0.0
