"""The command line, ``ibnb``: reads arguments, hands them to the rooms, turns the outcome into exit codes.

Exit codes: 0 fine or only warnings, 1 a failure found, 2 wrong usage. Every room is imported inside the
command that needs it, so that ``ibnb --help`` answers at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from ibnb.errors import BadInput, IBNBError
from ibnb.output import FAILURE, told

WRONG_USAGE = 2
#: As a shell says of what Ctrl-C has ended.
STOPPED = 130

app = typer.Typer(
    name="ibnb",
    help="A Jupyter toolkit for Interactive Brokers TWS and IB Gateway.",
    epilog="Start with `ibnb lab`: JupyterLab opens at the setup notebook, with or without a TWS.",
    no_args_is_help=True,
    add_completion=False,
    # Plain text: rich stays unloaded, and a traceback never shows local variables (account numbers).
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def run() -> int:
    """Run the command line, and return its exit code; the console script and ``python -m ibnb`` are this."""
    return told(lambda: app(prog_name="ibnb"))


Host = Annotated[str, typer.Option("--host", metavar="NAME", help="Name or address of the machine.")]


@contextmanager
def _errors_told() -> Iterator[None]:
    """Turn the package's own errors into one message on stderr and the exit code of the contract."""
    try:
        yield
    except BadInput as error:
        typer.echo(f"ibnb: {error}", err=True)
        raise typer.Exit(WRONG_USAGE) from None
    except IBNBError as error:
        typer.echo(f"ibnb: {error}", err=True)
        raise typer.Exit(FAILURE) from None


def _show_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"ibnb {version('ibnb')}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and end."),
    ] = False,
) -> None:
    """Set up, look into and try out Interactive Brokers TWS and IB Gateway from Jupyter."""


@app.command()
def lab(
    simulator: Annotated[
        bool,
        typer.Option("--simulator", help="Let the notebooks use the simulated TWS even where a real one runs."),
    ] = False,
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, metavar="N", help="Port of JupyterLab. [default: its own choice]"),
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Open no browser; only print the address.")] = False,
    folder: Annotated[
        Path, typer.Option("--dir", file_okay=False, metavar="DIR", help="Where the notebooks go and stay.")
    ] = Path("ibnb-notebooks"),
) -> None:
    """Open JupyterLab at the setup notebook."""
    from ibnb.serving.lab import run_lab
    from ibnb.serving.shipped import copy_notebooks

    with _errors_told():
        for line in copy_notebooks(folder).lines():
            typer.echo(line)
        code = run_lab(folder, simulator=simulator, port=port, browser=not no_browser, say=typer.echo)
    raise typer.Exit(code)


@app.command()
def dashboard(
    simulator: Annotated[
        bool, typer.Option("--simulator", help="Use the simulated TWS even where a real one runs.")
    ] = False,
    port: Annotated[
        int, typer.Option(min=0, max=65535, metavar="N", help="Port of the page; 0 takes any free one.")
    ] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Open no browser; only print the address.")] = False,
    orders: Annotated[
        bool,
        typer.Option("--orders/--read-only", help="Whether orders may be sent; never to an account of real money."),
    ] = False,
) -> None:
    """Open portfolio, quotes, chart, orders and set-up as one page."""
    from ibnb.dashboard.run import run_dashboard

    with _errors_told():
        code = run_dashboard(simulator=simulator, port=port, browser=not no_browser, orders=orders, say=typer.echo)
    raise typer.Exit(code)


@app.command()
def notebooks(
    path: Annotated[Path, typer.Argument(file_okay=False, metavar="PATH", help="The folder to copy them to.")],
    force: Annotated[bool, typer.Option("--force", help="Overwrite notebooks that you have changed.")] = False,
) -> None:
    """Copy the notebooks to PATH; those you changed stay."""
    from ibnb.serving.shipped import copy_notebooks

    with _errors_told():
        for line in copy_notebooks(path, force=force).lines():
            typer.echo(line)


@app.command()
def doctor(
    host: Host = "127.0.0.1",
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, metavar="N", help="Port of TWS. [default: tries 7497, 4002, 7496, 4001]"),
    ] = None,
    client_id: Annotated[
        int | None, typer.Option(min=0, max=2**31 - 1, metavar="N", help="Client id. [default: a free one]")
    ] = None,
    account: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="Which account, where the log-in has several.")
    ] = None,
    timeout: Annotated[
        float, typer.Option(min=0.1, max=600, metavar="SECONDS", help="How long each step may take.")
    ] = 4.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Look again until it works, and show what changes; Ctrl-C ends it.")
    ] = False,
    bundle: Annotated[
        Path | None,
        typer.Option(dir_okay=False, metavar="FILE", help="Also make a zip file for asking help, shown before."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write the bundle without asking.")] = False,
) -> None:
    """Say which step of a TWS set-up fails, and what to click."""
    from ibnb.doctor.console import run

    with _errors_told():
        code = run(host, port, client_id, timeout, account, as_json=as_json, watching=watch, bundle=bundle, yes=yes)
    raise typer.Exit(code)


@app.command()
def download(
    symbols: Annotated[
        list[str], typer.Argument(metavar="SYMBOL...", help="Symbols (AAPL), pairs (EUR.USD) or conIds (265598).")
    ],
    start: Annotated[
        str | None, typer.Option(metavar="TIME", help="From when, in the exchange's zone: 2026-03-02.")
    ] = None,
    end: Annotated[str | None, typer.Option(metavar="TIME", help="Up to when. [default: now]")] = None,
    duration: Annotated[
        str, typer.Option(metavar="TEXT", help="How far back from the end, where no start is given.")
    ] = "60 D",
    bar_size: Annotated[str, typer.Option("--bar-size", metavar="SIZE", help="1 secs to 1 month.")] = "1 min",
    what: Annotated[str, typer.Option(metavar="KIND", help="TRADES, MIDPOINT, BID, ASK, ...")] = "TRADES",
    store: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where bars are kept. [default: your data folder]")
    ] = None,
    rth: Annotated[bool, typer.Option("--rth/--no-rth", help="Regular trading hours only.")] = True,
    host: Host = "127.0.0.1",
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, metavar="N", help="Port of TWS. [default: tries 7497, 4002, 7496, 4001]"),
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option(min=1, metavar="SECONDS", help="For the whole download. [default: as long as it takes]"),
    ] = None,
    oldest_first: Annotated[
        bool, typer.Option("--oldest-first", help="Begin with the oldest bars, not with the newest.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress.")] = False,
) -> None:
    """Bring historical bars into the store; what is there already is not asked for again.

    A lost connection is waited for. After Ctrl-C the same command goes on where it stopped.
    """
    from ibnb.history.planning.request import make_request
    from ibnb.history.store.places import open_store
    from ibnb.opening import connect

    with _errors_told():
        make_request(duration, bar_size, what, rth, start, end)  # wrong usage is told without a TWS, too
        open_store(store)
        with connect(host=host, port=port) as tws:
            if store is None and tws.kind == "simulated":
                raise BadInput("--store", store, "a folder: bars of a simulated TWS are not kept among your own")
            try:
                found = tws.download(
                    symbols,
                    start=start,
                    end=end,
                    duration=duration,
                    bar_size=bar_size,
                    what=what,
                    rth=rth,
                    store=store,
                    timeout=timeout,
                    oldest_first=oldest_first,
                    progress=not quiet,
                )
            except KeyboardInterrupt:
                typer.echo("\nibnb: stopped. What came is kept; the same command goes on there.", err=True)
                raise typer.Exit(STOPPED) from None
    for row in found.to_dict("records"):
        bars = row["bars"] if row["status"] == "complete" else 0
        line = f"{row['contract']}: {row['status']}, {bars:,} bars, {row['requests']} requests. {row['reason']}"
        typer.echo(line.strip())
    typer.echo(f"Kept in {found.attrs['store']}; it took {found.attrs['took']}.")
    raise typer.Exit(0 if (found["status"] == "complete").all() else FAILURE)


@app.command()
def simulator(
    host: Host = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, metavar="N", help="Port to listen on; 0 takes any free one.")
    ] = 7499,
    scenario: Annotated[
        list[str] | None,
        typer.Option(
            "--scenario",
            metavar="NAME",
            help="What to act out; may be given several times. [default: healthy]",
        ),
    ] = None,
    server_version: Annotated[
        int, typer.Option(min=100, max=200, metavar="N", help="Highest server version to speak.")
    ] = 200,
    bars: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, metavar="DIR", help="Serve the bars of these CSV or Parquet files."),
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Another seed gives other prices.")] = 7,
    clock: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Begin at another time, such as 2026-03-02T10:00:00-05:00. [default: now]"),
    ] = None,
    speed: Annotated[
        float, typer.Option(metavar="X", help="How many times faster time passes; 0 stops it. Also for --replay.")
    ] = 1.0,
    state: Annotated[
        Path | None,
        typer.Option(dir_okay=False, metavar="FILE", help="Keep the accounts in this file, for the next time."),
    ] = None,
    master: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="The client id that is told of all clients' orders.")
    ] = None,
    no_limits: Annotated[
        bool, typer.Option("--no-limits", help="Do without a real TWS's limits, such as 50 messages a second.")
    ] = False,
    proxy: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help="Simulate nothing: stand before this TWS and forward all bytes."),
    ] = None,
    record: Annotated[
        Path | None,
        typer.Option(dir_okay=False, metavar="FILE", help="With --proxy: write what passes, account numbers replaced."),
    ] = None,
    replay: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, metavar="FILE", help="Simulate nothing: play a recording back."),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Log every request on standard error.")] = False,
    list_scenarios: Annotated[
        bool, typer.Option("--list-scenarios", help="Name what can be acted out and what can happen, and end.")
    ] = False,
    exit_with_parent: Annotated[
        bool,
        typer.Option("--exit-with-parent", hidden=True, help="End when the process that started this one ends."),
    ] = False,
) -> None:
    """Run a simulated TWS on this machine."""
    with _errors_told():
        if list_scenarios:
            from ibnb.simulator.commands import listing

            typer.echo(listing())
            return
        from ibnb.simulator.main import run

        code = run(
            host=host,
            port=port,
            scenario=scenario or ["healthy"],
            server_version=server_version,
            bars=bars,
            seed=seed,
            exit_with_parent=exit_with_parent,
            clock=clock,
            speed=speed,
            state=state,
            master=master,
            limits=not no_limits,
            verbose=verbose,
            proxy=proxy,
            record=record,
            replay=replay,
        )
    raise typer.Exit(code)
