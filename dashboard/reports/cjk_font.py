"""The font for Chinese, Japanese and Korean: its package has one keeper, so its file is compared with Debian's.

The file is that of Noto Sans CJK 2.004, as in Debian's fonts-noto-cjk 1:20220127+repack1-1. No code of the package
is run: its folder is looked up, not imported.
"""

from __future__ import annotations

from functools import cache
from hashlib import file_digest
from importlib.util import find_spec
from pathlib import Path

from dashboard.errors import DashboardError

PACKAGE = "noto_cjk_sans_otc"
FILE_NAME = "NotoSansCJK-Regular.ttc"
SHA256 = "b76b0433203017ca80401b2ee0dd69350349871c4b19d504c34dbdd80541690a"
FONT_SUFFIXES = {".ttc", ".ttf", ".otf", ".otc", ".woff", ".woff2"}


@cache
def find_font_folder() -> Path:
    """Return the folder of the font.

    Raises:
        DashboardError: the package is not there, or has another font in it.
    """
    spec = find_spec(PACKAGE)
    folders = spec.submodule_search_locations if spec else None
    if not folders:
        raise _describe_fault("is missing")
    folder = Path(folders[0])
    check_font_folder(folder)
    return folder


def check_font_folder(folder: Path) -> None:
    """Check that the font in a folder is the one that Debian has, and the only one.

    Raises:
        DashboardError: it is not.
    """
    names = {path.name for path in folder.rglob("*") if path.suffix.lower() in FONT_SUFFIXES}
    if names != {FILE_NAME}:
        raise _describe_fault("has other files than it should")
    with (folder / FILE_NAME).open("rb") as file:
        if file_digest(file, "sha256").hexdigest() != SHA256:
            raise _describe_fault("is not the one that Labeltime was made with")


def _describe_fault(fault: str) -> DashboardError:
    hint = "Reinstall it: python -m pip install --force-reinstall --no-deps noto-cjk-sans-otc==0.0.1"
    return DashboardError(f"The font for Chinese, Japanese and Korean {fault}, so no report was drawn.", hint)
