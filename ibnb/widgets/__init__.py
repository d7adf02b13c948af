"""What a person clicks: the setup panel.

Importing this room costs nothing: ipywidgets is loaded when the first panel is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ibnb.widgets.setup_panel import SetupPanel

__all__ = ["setup"]

_HINT = "This is the report of ibnb.diagnose(). In a notebook (`ibnb lab` opens one) ibnb.setup() is a panel to click."


def setup(
    host: str = "127.0.0.1",
    port: int | None = None,
    client_id: int | None = None,
    account: str | None = None,
    timeout: float = 4.0,
) -> SetupPanel | None:
    """Show the setup panel: which step of a TWS set-up works, what to click for the others, and Connect.

    Parameters
    ----------
    host : str
        Name or address of the machine that TWS runs on. This and the following can be changed in the panel.
    port : int, optional
        Its socket port. Without it the usual ones are looked at: 7497, 4002, 7496, 4001.
    client_id : int, optional
        Without it a free one is chosen.
    account : str, optional
        Whose portfolio to follow; needed only where the log-in has several accounts.
    timeout : float
        Seconds for each step.

    Returns
    -------
    SetupPanel or None
        The last expression of a cell shows it; ``panel.session`` is the session after Connect. None in a plain
        terminal, where the report is printed instead.

    Raises
    ------
    BadInput
        If an argument is impossible.

    Notes
    -----
    Nothing is sent before Run, Watch or Connect is pressed, or `SetupPanel.run` called; no order ever is.

    Examples
    --------
    >>> import ibnb
    >>> panel = ibnb.setup()                                   # doctest: +SKIP
    >>> panel                                                  # doctest: +SKIP
    """
    from ibnb.tws.arguments import check_arguments

    check_arguments(host, port, client_id, account, timeout=timeout)
    if _in_notebook():
        from ibnb.widgets.setup_panel import SetupPanel

        return SetupPanel(host, port, client_id, account, timeout)
    from ibnb.doctor import diagnose

    print(diagnose(host, port, client_id, timeout, account).text(), _HINT, sep="\n\n")
    return None


def _in_notebook() -> bool:
    """Whether there is a kernel, and so perhaps a front end that draws widgets."""
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    return hasattr(get_ipython(), "kernel")
