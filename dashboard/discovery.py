"""Discovery: import every module of a package, so that a new one needs no list to be named in."""

from __future__ import annotations

import ast
import pkgutil
from dataclasses import dataclass
from importlib import import_module
from importlib.resources import files
from types import ModuleType


@dataclass(frozen=True)
class Declaration:
    """A constant that a module builds, with those of its keyword arguments that are literals."""

    module: str
    constant: str
    literals: dict[str, object]


def import_modules(package: str) -> list[ModuleType]:
    """Return the modules directly in a package, imported, in the order of their names; packages are left out."""
    return [import_module(f"{package}.{name}") for name in list_modules(package)]


def list_modules(package: str) -> list[str]:
    """Return the names of the modules directly in a package, in order, without importing them."""
    folder = import_module(package).__path__
    return sorted(module.name for module in pkgutil.iter_modules(folder) if not module.ispkg)


def list_packages(package: str) -> list[str]:
    """Return the full names of the packages directly in a package, in order."""
    folder = import_module(package).__path__
    return sorted(f"{package}.{module.name}" for module in pkgutil.iter_modules(folder) if module.ispkg)


def read_declarations(package: str, class_name: str) -> list[Declaration]:
    """Return the constants that the modules of a package build by calling a class, without importing the modules."""
    return [
        Declaration(f"{package}.{name}", target.id, _read_literals(value))
        for name in list_modules(package)
        for statement in ast.parse(files(package).joinpath(f"{name}.py").read_text(encoding="utf-8")).body
        if isinstance(statement, ast.Assign)
        for target, value in [(statement.targets[0], statement.value)]
        if isinstance(target, ast.Name)
        and isinstance(value, ast.Call)
        and isinstance(value.func, ast.Name)
        and value.func.id == class_name
    ]


def _read_literals(call: ast.Call) -> dict[str, object]:
    return {
        str(keyword.arg): keyword.value.value for keyword in call.keywords if isinstance(keyword.value, ast.Constant)
    }
