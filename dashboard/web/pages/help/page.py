"""Help: the reference, one topic at a time; the topic is in the URL."""

from __future__ import annotations

import streamlit as st

from dashboard.help import list_topics
from dashboard.web.filter_bar import choose_segment


def show_topic_choice() -> None:
    """Draw the choice of topic; in the entry script, so that it stays in the URL."""
    names = [topic.name for topic in list_topics()]  # not titles: the URL shows what the terminal takes
    choose_segment("Topic", names, "topic", is_label_shown=False)


def show_help_page() -> None:
    """Draw the page."""
    topics = {topic.name: topic for topic in list_topics()}
    topic = topics.get(str(st.session_state.get("topic")), next(iter(topics.values())))
    st.markdown(topic.text)
    st.caption("The same in the terminal")
    st.code(f"labeltime help {topic.name}", language=None)
