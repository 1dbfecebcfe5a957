"""The letterhead: on every format, kept out of frozen reports, and a logo that only draws."""

from __future__ import annotations

import io
import os
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from pptx import Presentation
from pypdf import PdfReader
from reported_team import OCTOBER, sixty_projects

from dashboard.cli.main import main
from dashboard.errors import BadMapping
from dashboard.reports.content import build_content
from dashboard.reports.document import Content, Letterhead, Logo
from dashboard.reports.formats.pptx import LOGO_BOX
from dashboard.reports.letterhead import LOGO_PPI, MAX_LOGO_BYTES, check_logo, read_letterhead, save_letterhead
from dashboard.reports.request import ReportPart
from dashboard.reports.writers import ReportFormat, render_file
from dashboard.store.generations import Store

REQUEST = replace(OCTOBER, parts=(ReportPart.share, ReportPart.hours, ReportPart.methods))
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="#c33"/></svg>'


def png(wide: int = 4, high: int = 2) -> bytes:
    """Return a grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    head = wide.to_bytes(4) + high.to_bytes(4) + bytes((8, 0, 0, 0, 0))
    rows = zlib.compress(b"".join(b"\0" + b"\x80" * min(wide, 9) for _ in range(min(high, 9))))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    own = sixty_projects(tmp_path_factory.mktemp("letterhead"))
    save_letterhead(own, Letterhead("Vision <Lab>", "Ada L.", Logo("", SVG)))
    return own


@pytest.fixture(scope="module")
def written(store: Store) -> Content:
    return build_content(store, REQUEST)


def test_it_is_kept_as_it_was_entered(store: Store) -> None:
    assert read_letterhead(store) == Letterhead("Vision <Lab>", "Ada L.", Logo("svg", SVG))


def test_every_format_has_it(written: Content) -> None:
    page = render_file(written, ReportFormat.html).decode()
    assert "Vision &lt;Lab&gt;, Ada L." in page
    assert 'src="data:image/svg+xml;base64,' in page
    first = PdfReader(io.BytesIO(render_file(written, ReportFormat.pdf))).pages[0].extract_text()
    assert "Vision <Lab>, Ada L." in " ".join(first.split())
    slides = Presentation(io.BytesIO(render_file(written, ReportFormat.pptx)))
    assert slides.core_properties.author == "Ada L."
    assert [shape.name for shape in slides.slides[0].shapes if shape.shape_type == 13]  # a picture
    assert "Vision" in render_file(written, ReportFormat.md).decode()


def test_a_png_is_drawn_too(written: Content) -> None:
    logo = check_logo(png())
    assert logo.style == "png"
    content = replace(written, letterhead=Letterhead("", "", logo))
    assert PdfReader(io.BytesIO(render_file(content, ReportFormat.pdf))).pages[0].images
    assert render_file(content, ReportFormat.pptx)


@pytest.mark.parametrize("size", [(40, 20), (10**8, 10**8), (10**30, 10**30), (1, 10**8), (10**8, 1)])
def test_a_drawing_becomes_few_pixels_whatever_size_it_claims(written: Content, size: tuple[int, int]) -> None:
    data = SVG.replace(b'width="40" height="20"', b'width="%d" height="%d"' % size, 1)
    content = replace(written, letterhead=Letterhead("", "", check_logo(data)))
    slides = Presentation(io.BytesIO(render_file(content, ReportFormat.pptx)))
    picture = next(shape for shape in slides.slides[0].shapes if shape.shape_type == 13)
    assert max(picture.image.size) <= max(LOGO_BOX) * LOGO_PPI + 1
    assert (picture.width > picture.height, picture.width < picture.height) == (size[0] > size[1], size[0] < size[1])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"\xff\xd8\xff\xe0JFIF",
        b"<html></html>",
        png()[:40],
        png(20_000, 20_000),
        SVG + b" " * MAX_LOGO_BYTES,
        SVG.replace(b"<rect", b"<script>alert(1)</script><rect"),
        SVG.replace(b"<rect", b'<rect onload="alert(1)"'),
        SVG.replace(b"<rect", b'<image href="http://x/y.png"/><rect'),
        SVG.replace(b"<rect", b'<use href="http://x/y.svg#a"/><rect'),
        SVG.replace(b"#c33", b"url(http://x/y)"),
        SVG.replace(b"<rect", b"<style>@import 'http://x/y.css';</style><rect"),
        SVG.replace(b"<rect", b"<foreignObject><p/></foreignObject><rect"),
        SVG.replace(b"#c33", b"u\\72l(http://x/y)"),
        SVG.replace(
            b"<rect",
            b'<filter id="f" width="9999999" height="9999999"><feGaussianBlur stdDeviation="9999"/></filter>'
            b'<rect filter="url(#f)"',
        ),
        b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG,
    ],
)
def test_what_is_no_safe_logo_is_refused(store: Store, data: bytes) -> None:
    with pytest.raises(BadMapping):
        save_letterhead(store, Letterhead("Other", "", Logo("", data)))
    assert read_letterhead(store).team == "Vision <Lab>"


def test_the_terminal_sets_and_removes_parts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store, file = Store(tmp_path / "store"), tmp_path / "logo.png"
    file.write_bytes(png())

    def run(*words: str) -> int:
        with pytest.raises(SystemExit) as ended:
            main(["--store", str(store.folder), "letterhead", *words])
        return int(ended.value.code or 0)

    assert run("--team", "Vision", "--logo", str(file)) == 0
    assert "Team: Vision; author: –; a logo (png" in capsys.readouterr().err
    assert run("--logo", "") == 0
    assert read_letterhead(store) == Letterhead("Vision")
    file.write_bytes(b"nothing")
    assert run("--logo", str(file)) == 1
    assert "neither PNG nor SVG" in capsys.readouterr().err
    assert run("--logo", str(tmp_path / "missing.png")) == 1
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.png")  # nobody writes to it
        assert run("--logo", str(tmp_path / "pipe.png")) == 1
        assert "pipe.png is not a file" in capsys.readouterr().err
