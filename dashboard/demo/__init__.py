"""A seeded team whose exports, in the real formats, show what Labeltime does."""

from dashboard.demo.build import build
from dashboard.demo.exports import write_exports
from dashboard.demo.team import DemoTeam

__all__ = ["DemoTeam", "build", "write_exports"]
