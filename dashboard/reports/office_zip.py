"""Office files without the clock: the same parts in the same order with fixed times, inside and out."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can hold
WORKBOOK = ".xlsx"
CORE_PROPERTIES = "docProps/core.xml"
_STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(<)")


def normalize_zip(archive: bytes, day: datetime) -> bytes:
    """Return a zip with its entries' times fixed, and `day` for the times in workbooks embedded in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name.endswith(WORKBOOK):
                part = normalize_zip(part, day)
            elif name == CORE_PROPERTIES:
                part = _STAMP.sub(rb"\g<1>" + f"{day:%Y-%m-%dT%H:%M:%SZ}".encode() + rb"\g<3>", part)
            entry = zipfile.ZipInfo(name, ZIP_EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            target.writestr(entry, part)
    return out.getvalue()
