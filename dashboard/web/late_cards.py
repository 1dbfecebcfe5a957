"""Cards that wait for the charts: at the first look a skeleton holds the place of each until its number is computed.

Once a viewer has seen a page of some data and filters, its answers are cached, and every card is drawn in its turn:
no click makes a number give way to a skeleton. A card is one element, so that the skeleton stands until it is there.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.web.cached_store import shown_state
from dashboard.web.filter_bar import Choice

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

CARD_HEIGHT, TREND_HEIGHT = 127, 207  # pixels, of a number with its change, and with a trend below it


class LateCards:
    """The cards of a page, in the order in which they are added; those that wait are drawn by `show_waiting`."""

    def __init__(self, page: str, choice: Choice) -> None:
        self._key, self._look = f"seen-{page}", (shown_state(), choice.filters, choice.previous)
        self._waits = st.session_state.get(self._key) != self._look
        self._waiting: list[tuple[bool, DeltaGenerator, Callable[[], None]]] = []

    def add_card(self, show_card: Callable[[], None], *, height: int = CARD_HEIGHT, is_slow: bool = False) -> None:
        """Draw a card, or hold a place of this height for it; without a height nothing stands there until then."""
        place = st.empty()
        if self._waits:
            if height:
                place.skeleton(height=height)
            self._waiting.append((is_slow, place, show_card))
        else:
            with place:
                show_card()

    def show_waiting(self) -> None:
        """Draw the cards whose places were held, the slow ones last."""
        for _, place, show_card in sorted(self._waiting, key=itemgetter(0)):
            with place:
                show_card()
        st.session_state[self._key] = self._look
