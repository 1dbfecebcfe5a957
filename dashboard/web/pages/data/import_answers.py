"""What the lead has said about each dropped file, until it is imported."""

from __future__ import annotations

import streamlit as st

from dashboard.importers.contract import Settings
from dashboard.web.uploads import Upload


def read_settings(upload: Upload) -> Settings:
    """Return what the lead said about a file so far."""
    saved_settings = st.session_state.setdefault("import-settings", {})
    settings = saved_settings.get(upload.key, Settings())
    return settings if isinstance(settings, Settings) else Settings()


def forget_settings(upload: Upload) -> None:
    """Take back what the lead said about a file."""
    for answers in ("import-settings", "asked-words"):
        st.session_state.get(answers, {}).pop(upload.key, None)


def save_settings(upload: Upload, settings: Settings) -> None:
    """Keep what the lead said about a file, and read it anew."""
    st.session_state.setdefault("import-settings", {})[upload.key] = settings
    st.rerun()
