"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

# A slow moment of the machine is no failure of a property.
settings.register_profile("steady", deadline=None)
settings.load_profile("steady")
