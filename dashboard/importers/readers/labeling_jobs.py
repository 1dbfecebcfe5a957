"""Folders of a labeling job of SageMaker Ground Truth: which of their files tell work, each once.

The responses of the workers say who labeled and when. The output manifest repeats their labels, consolidated, and has
those that a model made alone; of it only these lines are read. What else there is repeats both, or holds none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from dashboard.importers.readers.archives import Member

RESPONSE = re.compile(r"(?:^|/)annotations/worker-response/.+\.json$")
OUTPUT = re.compile(r"(?:^|/)manifests/output/[^/]+\.manifest$")
BY_MODEL = re.compile(rb'"human-annotated"\s*:\s*"no"')
BY_PERSON = re.compile(rb'"human-annotated"\s*:\s*"yes"')


def is_labeling_job(folder: Path) -> bool:
    """Return whether a folder is the output of one labeling job."""
    return (folder / "annotations" / "worker-response").is_dir()


def is_job_file(place: str) -> bool:
    """Return whether a file of a labeling job tells work."""
    return bool(RESPONSE.search(place) or OUTPUT.search(place))


def choose_job_files(members: Sequence[Member]) -> list[Member]:
    """Return the files of a labeling job that tell work, none where an archive is no such job.

    The unpacked manifest is cut to the lines that a model labeled alone.
    """
    chosen = [member for member in members if RESPONSE.search(member.place)]
    if not chosen:
        return []
    for member in members:
        if OUTPUT.search(member.place):
            lines = member.path.read_bytes().splitlines(keepends=True)
            kept = [line for line in lines if BY_MODEL.search(line) and not BY_PERSON.search(line)]
            member.path.write_bytes(b"".join(kept))
            chosen += [member] if kept else []
    return chosen
