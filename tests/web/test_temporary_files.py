"""What is dropped on a page is private, and does not outlive its server."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.runtime.uploaded_file_manager import UploadedFile, UploadedFileRec

from dashboard.web.temporary_files import PREFIX, keep_temporary_files, sweep_folders
from dashboard.web.uploads import save_uploads

SERVER = """
import tempfile, sys, time
from pathlib import Path
from dashboard.web.temporary_files import keep_temporary_files
with keep_temporary_files() as folder:
    Path(tempfile.mkdtemp(), "rows.csv").write_text("Ada")
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder for temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def start_server() -> tuple[subprocess.Popen[str], Path]:
    """Start a process that keeps temporary files, and return it with its folder."""
    process = subprocess.Popen([sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_a_server_that_ends_leaves_nothing(place: Path) -> None:
    process, folder = start_server()
    assert folder.parent == place
    assert len(list(folder.rglob("rows.csv"))) == 1
    process.communicate()
    assert list(place.iterdir()) == []


def test_what_a_killed_server_left_is_swept_by_the_next_and_what_a_running_one_has_is_not(place: Path) -> None:
    killed, left = start_server()
    running, used = start_server()
    killed.kill()
    killed.communicate()
    assert left.exists()
    with keep_temporary_files() as own:
        assert {path for path in place.iterdir() if path.is_dir()} == {own, used}
        assert len(list(used.rglob("rows.csv"))) == 1
    running.communicate()
    assert list(place.iterdir()) == []


def test_a_link_and_what_is_not_a_folder_of_a_server_are_left_alone(place: Path) -> None:
    (place / "mine").mkdir()
    (place / "mine" / "file").write_text("mine", encoding="utf-8")
    (place / f"{PREFIX}00").symlink_to(place / "mine")
    (place / f"{PREFIX}11").write_text("a file", encoding="utf-8")
    sweep_folders(place)
    assert (place / "mine" / "file").exists()
    assert (place / f"{PREFIX}11").exists()


def drop_file(name: str) -> UploadedFile:
    """Return a file as Streamlit hands it over."""
    return UploadedFile(UploadedFileRec("1", name, "text/csv", b"person\nAda\n"), FileURLs())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
@pytest.mark.filterwarnings("default")
def test_an_upload_is_for_its_owner_alone(place: Path) -> None:
    previous = os.umask(0)
    try:
        with keep_temporary_files() as folder:
            (upload,) = save_uploads([drop_file("../../Ada Lovelace.csv")])
            modes = {path.stat().st_mode & 0o777 for path in (folder, *folder.rglob("*")) if path.is_dir()}
            assert (upload.path.stat().st_mode & 0o777, modes) == (0o600, {0o700})
            assert upload.path.is_relative_to(folder)
            assert upload.path.read_bytes() == b"person\nAda\n"
            assert "Ada" not in str(upload.path)
            assert save_uploads([]) == []
            assert not upload.path.exists()
    finally:
        os.umask(previous)
