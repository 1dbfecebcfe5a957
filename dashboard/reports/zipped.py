"""Office files without the clock: the same parts in the same order with fixed times, inside and out."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can say
WORKBOOK = ".xlsx"
CORE = "docProps/core.xml"
_STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(<)")


def steady(written: bytes, day: datetime) -> bytes:
    """Return a zip with its entries' times fixed, and `day` for the times in workbooks embedded in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(written)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name.endswith(WORKBOOK):
                part = steady(part, day)
            elif name == CORE:
                part = _STAMP.sub(rb"\g<1>" + f"{day:%Y-%m-%dT%H:%M:%SZ}".encode() + rb"\g<3>", part)
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(entry, part)
    return out.getvalue()
