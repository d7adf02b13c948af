"""Where a person's own choices are kept: small files in the user's folder of configuration."""

from __future__ import annotations

import os
from pathlib import Path


def config_folder() -> Path:
    """Return the user's folder for choices; the environment variable ``IBNB_CONFIG`` names another.

    It is made by who writes into it.
    """
    named = os.environ.get("IBNB_CONFIG")
    if named:
        return Path(named).expanduser().absolute()
    from platformdirs import user_config_path

    return user_config_path("ibnb", appauthor=False)
