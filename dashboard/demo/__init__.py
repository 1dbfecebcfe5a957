"""A simulated team whose exports, in the real formats, show what Labeltime does."""

from dashboard.demo.build import build_demo
from dashboard.demo.exports import write_exports
from dashboard.demo.team import DemoTeam

__all__ = ["DemoTeam", "build_demo", "write_exports"]
