"""Example stores are built once for all workers of a test run; every test gets a copy of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from functools import update_wrapper
from hashlib import sha256
from pathlib import Path
from typing import ClassVar, Concatenate, Generic, ParamSpec
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
    shared: ClassVar[dict[Path, int]] = {}  # the generations that tests read together

    @classmethod
    def check_shared(cls) -> None:
        """Fail where a test changed a store that others read."""
        for folder, generation in cls.shared.items():
            assert Store(folder).generation() == generation, f"a test changed {folder}; it needs a copy of its own"


def build_once(original: Path, build: Callable[[Path], object]) -> Path:
    """Return a folder that holds what `build` makes, built by the first worker that asks."""
    with FileLock(f"{original}.lock"):
        if not original.exists():
            unfinished = original.with_name(f"{original.name}-{uuid4().hex}")
            unfinished.mkdir()
            build(unfinished)
            unfinished.rename(original)
    return original


class CopiedBuilder(Generic[Arguments]):
    """A builder of `folder / "store"` that copies what the same arguments built before; `__wrapped__` builds anew."""

    def __init__(self, build: Builder[Arguments]) -> None:
        self.__wrapped__ = build
        update_wrapper(self, build)

    def __call__(self, folder: Path, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Store:
        """Return a copy, which shares the secret of pseudonyms with others; a store that is there is added to."""
        if (folder / "store").exists():
            return self.__wrapped__(folder, *args, **kwargs)
        shutil.copytree(self._build_original(*args, **kwargs), folder, dirs_exist_ok=True)
        return Store(folder / "store")

    def shared(self, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Store:
        """Return the original, for tests that only read: what it answers is computed once a worker."""
        store = Store(self._build_original(*args, **kwargs) / "store")
        Originals.shared.setdefault(store.folder, store.generation())
        return store

    def _build_original(self, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Path:
        build = self.__wrapped__
        key = sha256(repr((args, sorted(kwargs.items()))).encode()).hexdigest()[:16]
        original = Originals.folder / f"{build.__module__}-{build.__name__}-{key}"
        return build_once(original, lambda place: build(place, *args, **kwargs))


copied = CopiedBuilder


def write_older_generation(path: Path, version: int) -> None:
    """Write an empty generation as versions with that schema did: all tables in one file."""
    con = open_database(None, read_only=False)
    attach_facts(con, path, read_only=False)
    migrate_schema(con, upto=version)
    con.close()
