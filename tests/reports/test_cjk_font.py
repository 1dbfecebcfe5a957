"""The font that one person packs is used only if it is the file that Debian has."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.errors import DashboardError
from dashboard.reports.cjk_font import FILE_NAME, check_font_folder, find_font_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(find_font_folder() / FILE_NAME, tmp_path)
    return tmp_path


def test_the_font_is_found_without_running_its_package() -> None:
    program = (
        "import sys\nfrom dashboard.reports.chart_images import list_font_folders\n"
        "print(len(list_font_folders()), 'noto_cjk_sans_otc' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["2", "False"]


def test_the_right_font_is_taken(folder: Path) -> None:
    check_font_folder(folder)


@pytest.mark.parametrize("place", [0, 9_000_000, -1])
def test_a_font_with_one_changed_byte_is_refused(folder: Path, place: int) -> None:
    content = bytearray((folder / FILE_NAME).read_bytes())
    content[place] ^= 1
    (folder / FILE_NAME).write_bytes(content)
    with pytest.raises(DashboardError, match="not the one") as caught:
        check_font_folder(folder)
    assert "pip install" in caught.value.hint


def test_a_second_font_or_none_is_refused(folder: Path) -> None:
    (folder / "below").mkdir()
    shutil.copy(folder / FILE_NAME, folder / "below" / "Other.OTF")
    with pytest.raises(DashboardError, match="other files"):
        check_font_folder(folder)
    with pytest.raises(DashboardError, match="other files"):
        check_font_folder(folder / "nowhere")
