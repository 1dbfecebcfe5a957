"""The programs that the tests drive and pip cannot bring: a browser, an office suite, Java and a tracer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OFFICE_PROGRAMS = ("soffice", "libreoffice")
OFFICE_FOLDERS = (Path("/Applications/LibreOffice.app/Contents/MacOS"), Path("C:/Program Files/LibreOffice/program"))
IMPRESS, CALC = "libsdlo.so", "libsclo.so"  # Debian keeps Impress and Calc in packages of their own
DEBIAN_OFFICE = Path("/usr/lib/libreoffice/program")


@dataclass(frozen=True)
class SystemTool:
    """A program the tests need: the Debian packages that hold it, and what to run or do elsewhere."""

    name: str
    packages: tuple[str, ...]
    installer: tuple[str, ...]  # the tool's own installer, or nothing where it has none
    advice: str


BROWSER = SystemTool(
    "Chromium", ("chromium",), (sys.executable, "-m", "playwright", "install", "chromium"), "Install Chromium."
)
OFFICE = SystemTool(
    "LibreOffice",
    ("libreoffice-impress-nogui", "libreoffice-calc-nogui", "fonts-liberation"),
    (),
    "macOS: brew install --cask libreoffice; Windows: winget install TheDocumentFoundation.LibreOffice; "
    "elsewhere: the packages of LibreOffice Impress and Calc.",
)
JAVA = SystemTool("Java", ("default-jre-headless",), (), "Install Java 17 or newer, for the tests of Spark.")
STRACE = SystemTool("strace", ("strace",), (), "Install strace with your package manager.")


def find_browser() -> Path | None:
    """Return the path of an installed Chromium, or None."""
    for name in BROWSERS:
        path = shutil.which(name)
        if path:
            return Path(path)
    return find_playwright_browser()


def find_playwright_browser() -> Path | None:
    """Return the path of the Chromium that Playwright installed for itself, or None."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.exists() else None


def find_office() -> Path | None:
    """Return the path of an installed LibreOffice with Impress and Calc, or None."""
    for name in OFFICE_PROGRAMS:
        path = shutil.which(name) or next((str(p / name) for p in OFFICE_FOLDERS if (p / name).exists()), None)
        if path and has_office_modules():
            return Path(path)
    return None


def find_java() -> Path | None:
    """Return the path of an installed Java, or None."""
    path = shutil.which("java")
    return Path(path) if path else None


def find_strace() -> Path | None:
    """Return the path of an installed strace, or None."""
    path = shutil.which("strace")
    return Path(path) if path else None


def has_office_modules() -> bool:
    """Return whether Impress and Calc are there; only Debian packs them apart."""
    return not DEBIAN_OFFICE.exists() or all((DEBIAN_OFFICE / module).exists() for module in (IMPRESS, CALC))


def list_missing() -> list[SystemTool]:
    """Return the tools that are not installed."""
    tools = [(BROWSER, find_browser), (OFFICE, find_office), (JAVA, find_java)]
    if sys.platform == "linux":
        tools.append((STRACE, find_strace))
    return [tool for tool, find in tools if find() is None]


def install_missing() -> str:
    """Install what is missing where that is possible; return what the reader has to do by hand, or ""."""
    missing = list_missing()
    if not missing:
        return ""
    if shutil.which("apt-get"):
        packages = [package for tool in missing for package in tool.packages]
        if not has_root_rights():
            return f"The tests need {format_names(missing)}. Run: sudo apt-get install -y {' '.join(packages)}"
        install_debian_packages(packages)
    else:
        for tool in missing:
            if tool.installer:
                subprocess.run(tool.installer, check=True)
    missing = list_missing()
    return f"The tests need {format_names(missing)}. {' '.join(tool.advice for tool in missing)}" if missing else ""


def has_root_rights() -> bool:
    """Return whether this process may install packages of the system."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def install_debian_packages(packages: list[str]) -> None:
    """Install Debian packages, quietly; a mirror that stumbles is asked again.

    Raises:
        CalledProcessError: apt-get fails.
    """
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    options = ["-qq", "-o", "Acquire::Retries=3"]
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        program = ["apt-get", *options, *command]
        subprocess.run(program, check=True, env=environment, stdout=subprocess.DEVNULL)


def format_names(tools: list[SystemTool]) -> str:
    """Return the names of tools as a list in words."""
    *first, last = (tool.name for tool in tools)
    return f"{', '.join(first)} and {last}" if first else last
