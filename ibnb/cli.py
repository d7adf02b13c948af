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

FAILURE = 1
WRONG_USAGE = 2

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
    from ibnb.lab import run_lab
    from ibnb.shipped import copy_notebooks

    with _errors_told():
        for line in copy_notebooks(folder).lines():
            typer.echo(line)
        code = run_lab(folder, simulator=simulator, port=port, browser=not no_browser, say=typer.echo)
    raise typer.Exit(code)


@app.command()
def notebooks(
    path: Annotated[Path, typer.Argument(file_okay=False, metavar="PATH", help="The folder to copy them to.")],
    force: Annotated[bool, typer.Option("--force", help="Overwrite notebooks that you have changed.")] = False,
) -> None:
    """Copy the notebooks to PATH; those you changed stay."""
    from ibnb.shipped import copy_notebooks

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
    timeout: Annotated[
        float, typer.Option(min=0.1, max=600, metavar="SECONDS", help="How long each step may take.")
    ] = 4.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Say which step of a TWS set-up fails, and what to click."""
    from ibnb.doctor import diagnose

    with _errors_told():
        report = diagnose(host=host, port=port, client_id=client_id, timeout=timeout)
    typer.echo(report.json() if as_json else report.text())
    raise typer.Exit(FAILURE if report.verdict == "fail" else 0)


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
    list_scenarios: Annotated[
        bool, typer.Option("--list-scenarios", help="Name what can be acted out, and end.")
    ] = False,
    exit_with_parent: Annotated[
        bool,
        typer.Option("--exit-with-parent", hidden=True, help="End when the process that started this one ends."),
    ] = False,
) -> None:
    """Run a simulated TWS on this machine."""
    with _errors_told():
        if list_scenarios:
            _print_scenarios()
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
        )
    raise typer.Exit(code)


def _print_scenarios() -> None:
    from ibnb.simulator.scenarios import list_scenarios

    known = list_scenarios()
    width = max(len(name) for name, _ in known)
    for name, text in known:
        typer.echo(f"{name:<{width}}  {text}")
