"""Files that commands write: whole under their name, or as they were."""

from __future__ import annotations

import resource
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from worked_team import imported

from dashboard.cli.main import main
from dashboard.cli.terminal import write_bytes, write_file
from dashboard.errors import NoRoom, UnwritableFile
from dashboard.web.temporary_files import PREFIX, write_private

SIZE = 100_000


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file grow beyond a tenth of `SIZE`; the system then answers as it does on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (SIZE // 10, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_file_that_cannot_be_replaced_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("name\nAda\n", encoding="utf-8")
    with full_disk(), pytest.raises(UnwritableFile, match="Free some space"):
        write_file(str(path), "x" * SIZE)
    assert path.read_text(encoding="utf-8") == "name\nAda\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_that_cannot_be_written_is_not_left_in_part(tmp_path: Path) -> None:
    with full_disk(), pytest.raises(UnwritableFile):
        write_bytes(str(tmp_path / "report.pdf"), bytes(SIZE))
    assert list(tmp_path.iterdir()) == []


def test_a_file_keeps_its_mode_and_a_link_its_target(tmp_path: Path) -> None:
    path, link = tmp_path / "people.csv", tmp_path / "link.csv"
    path.touch(mode=0o600)
    link.symlink_to(path)
    write_file(str(path), "one")
    write_file(str(link), "two")
    assert (path.read_text(encoding="utf-8"), path.stat().st_mode & 0o777) == ("two", 0o600)
    assert link.is_symlink()


def test_nothing_is_written_into_a_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = imported(tmp_path)
    before = sorted(store.folder.rglob("*"))
    (tmp_path / "link").symlink_to(store.folder)
    places = (store.folder / "report.md", store.folder / "mine" / "report.md", tmp_path / "link" / "report.md")
    for place in places:
        for arguments in (["report", "--format", "md", "--out"], ["people", "export"]):
            with pytest.raises(SystemExit) as ended:
                main(["--store", str(store.folder), *arguments, str(place)])
            assert ended.value.code == 1
            assert f"is in the folder of a store, {store.folder}" in capsys.readouterr().err
    assert sorted(store.folder.rglob("*")) == before


def test_a_device_is_written_to() -> None:
    write_bytes("/dev/null", b"report")
    assert not Path("/dev/null").is_file()


def test_an_upload_without_room_is_no_upload(tmp_path: Path) -> None:
    path = tmp_path / "1.upload"
    with full_disk(), pytest.raises(NoRoom, match="is full"):
        write_private(path, bytes(SIZE))
    assert list(tmp_path.iterdir()) == []
    write_private(path, bytes(SIZE))
    assert path.stat().st_size == SIZE


def test_an_import_deletes_what_a_killed_one_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, export = tmp_path / "tmp", tmp_path / "week.csv"
    left = place / f"{PREFIX}00"
    left.mkdir(parents=True)
    (left / "rows.arrow").write_text("Ada", encoding="utf-8")
    export.write_text("person,day_on,seconds\nAda,2026-03-02,60\n", encoding="utf-8")
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    with pytest.raises(SystemExit) as ended:
        main(["--store", str(tmp_path / "store"), "import", str(export)])
    assert ended.value.code == 0
    assert list(place.iterdir()) == []
    assert tempfile.tempdir == str(place)
