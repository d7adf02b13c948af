"""An environment whose Jupyter knows nothing of this machine's user, for tests and for the notebooks of the docs."""

from __future__ import annotations

import os
from pathlib import Path


def isolated(home: Path) -> dict[str, str]:
    """Return the environment: no news, update checks and terminal colours, and the Python that runs this as kernel.

    Parameters
    ----------
    home : pathlib.Path
        The folder for all that Jupyter and IPython keep.
    """
    ours = ("JUPYTER", "JPY", "IBNB", "MPLBACKEND")  # a kernel draws into its notebook, not with our Agg
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    folders = {
        "HOME": home,
        "IPYTHONDIR": home / "ipython",
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": home / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
        "IBNB_DATA": home / "bars",
        "IBNB_STATE": home / "state",
        "IBNB_CONFIG": home / "choices",
    }
    settings = home / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false}')
    switches = {"JUPYTER_PLATFORM_DIRS": "1", "JUPYTER_PREFER_ENV_PATH": "1", "NO_COLOR": "1"}
    return kept | {name: str(folder) for name, folder in folders.items()} | switches
