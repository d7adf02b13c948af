"""How hypothesis runs: no deadline for an example, since a machine that is busy with other work is not a failure."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
