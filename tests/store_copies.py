"""Example stores are built once for all workers of a test run; every test gets a copy of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from pathlib import Path
from typing import Concatenate, ParamSpec
from uuid import uuid4

import pytest
from filelock import FileLock

from dashboard.store.engine import attach_facts, migrate_schema, open_database
from dashboard.store.generations import Store

Arguments = ParamSpec("Arguments")
Builder = Callable[Concatenate[Path, Arguments], Store]


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """Return the folder that all workers of a test run share."""
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


class Originals:
    """The folder of the stores that were built; the session sets it before the first test."""

    folder: Path


def build_once(original: Path, build: Callable[[Path], object]) -> Path:
    """Return a folder that holds what `build` makes, built by the first worker that asks."""
    with FileLock(f"{original}.lock"):
        if not original.exists():
            unfinished = original.with_name(f"{original.name}-{uuid4().hex}")
            unfinished.mkdir()
            build(unfinished)
            unfinished.rename(original)
    return original


def copied(build: Builder[Arguments]) -> Builder[Arguments]:
    """Make a builder of `folder / "store"` copy what the same arguments built before; `__wrapped__` builds anew.

    Copies share the secret that pseudonyms are made with. A store that is there already is added to as usual.
    """

    @wraps(build)
    def copy(folder: Path, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Store:
        if (folder / "store").exists():
            return build(folder, *args, **kwargs)
        key = sha256(repr((args, sorted(kwargs.items()))).encode()).hexdigest()[:16]
        original = Originals.folder / f"{build.__module__}-{build.__name__}-{key}"
        build_once(original, lambda place: build(place, *args, **kwargs))
        shutil.copytree(original, folder, dirs_exist_ok=True)
        return Store(folder / "store")

    return copy


def write_older_generation(path: Path, version: int) -> None:
    """Write an empty generation as versions with that schema did: all tables in one file."""
    con = open_database(None, read_only=False)
    attach_facts(con, path, read_only=False)
    migrate_schema(con, upto=version)
    con.close()
