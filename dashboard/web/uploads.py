"""Files dropped on the page: kept under names of our own choosing until they are imported or the session ends."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.web.temporary_files import write_private

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamlit.runtime.uploaded_file_manager import UploadedFile


@dataclass(frozen=True)
class Upload:
    """One dropped file: where it is stored, and what the user calls it (shown, never opened)."""

    key: str
    path: Path
    name: str


class UploadFolder:
    """A private folder that goes away with the session that holds it, or with the process."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="labeltime-upload-"))
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


def _session_folder() -> Path:
    """Return this session's folder."""
    if "upload-folder" not in st.session_state:
        st.session_state["upload-folder"] = UploadFolder()
    folder: Path = st.session_state["upload-folder"].path
    return folder


def save_uploads(files: Sequence[UploadedFile]) -> list[Upload]:
    """Write dropped files to disk once, and delete those that were removed again."""
    folder = _session_folder()
    uploads = [
        Upload(str(number), folder / f"{abs(hash(file.file_id)):020d}.upload", Path(file.name).name)
        for number, file in enumerate(files)
    ]
    for file, upload in zip(files, uploads, strict=True):
        if not upload.path.exists():
            write_private(upload.path, file.getbuffer())
    current_paths = {upload.path for upload in uploads}
    for stale in set(folder.iterdir()) - current_paths:
        stale.unlink(missing_ok=True)
    return [Upload(upload.path.stem, upload.path, upload.name) for upload in uploads]
