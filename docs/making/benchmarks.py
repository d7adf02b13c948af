"""The page of benchmarks: what each of them told of itself, both sides in the same run, and where."""

from __future__ import annotations

import os
import platform
import sys
import tomllib
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil

from making.knowledge import cell, table

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "benchmarks"
HEAD = """# Benchmarks

Made by `python docs/make_benchmarks.py`, which runs `tests/benchmarks`: ours beside a peer, or beside a limit, on one
machine in one run, the best of as many rounds on both sides. A ratio is ours by the peer's, and less is better: 0.1 is
a tenth of its time. What stands as target is what a ratio is to come to; where it is not there yet, that is said.

{machine}
"""
LIBRARIES = ("ibnb", "ib_insync", "ib_async", "pandas", "numpy", "pyarrow", "dask", "matplotlib", "ipywidgets")
#: What a benchmark keeps of itself beside these is a remark.
KNOWN = ("what", "beside", "ours", "peer", "ratio", "target")


def page(run: Mapping[str, Any], failed: Iterable[str], load: str) -> str:
    """Return the page.

    Parameters
    ----------
    run : mapping
        What pytest-benchmark writes by `--benchmark-json`; rows are the `extra_info` that `tests/benchmarks/rows.py`
        keeps.
    failed : iterable of str
        The benchmarks that missed a bound of their own, or broke.
    load : str
        How busy the machine was, before and after.
    """
    told = [each for each in run["benchmarks"] if "what" in each["extra_info"]]
    other = [each for each in run["benchmarks"] if "what" not in each["extra_info"]]
    wanted = tomllib.loads((FOLDER / "wanted.toml").read_text("utf-8"))
    missing = {what: target for what, target in wanted.items() if what not in {_info(each)["what"] for each in told}}
    parts = [HEAD.format(machine=_machine(str(run["datetime"])[:10], load))]
    parts += ["## Beside a peer\n", table(("work", "ours", "the peer", "ratio", "target"), map(_row, told))]
    parts += [
        "## Without a benchmark yet\n",
        table(("work", "target"), ((cell(a), cell(b)) for a, b in missing.items())),
    ]
    if other:
        parts += ["## Alone\n", table(("benchmark", "best", "remarks"), map(_alone, other))]
    failed = [f"- `{each}`" for each in failed]
    if failed:
        parts += ["## In this run beyond a bound of their own\n", "\n".join(failed) + "\n"]
    return "\n".join(parts)


def _machine(day: str, load: str) -> str:
    names = [line.partition(":")[2].strip() for line in _cpuinfo() if line.startswith("model name")]
    model = names[0] if names else platform.machine()
    cores, memory = psutil.cpu_count(logical=False) or os.cpu_count(), psutil.virtual_memory().total / 2**30
    libraries = ", ".join(f"{name} {found}" for name in LIBRARIES if (found := _version(name)))
    machine = f"{model}, {os.cpu_count()} processors ({cores} cores), {memory:.0f} GB, {platform.system()}"
    return f"Measured on {day}: {machine}, Python {platform.python_version()}; {libraries}. {load}"


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if sys.platform == "linux" and path.exists() else []


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _info(each: Mapping[str, Any]) -> dict[str, Any]:
    return dict(each["extra_info"])


def _row(each: Mapping[str, Any]) -> tuple[str, ...]:
    info = _info(each)
    more = ", ".join(f"{value} {name.replace('_', ' ')}" for name, value in info.items() if name not in KNOWN)
    unit = info.get("unit", "s")
    reached = "" if info["ratio"] <= info["target"] else ", not yet"
    return (
        cell(info["what"] + (f" ({more})" if more else "")),
        _measure(info["ours"], unit),
        f"{_measure(info['peer'], unit)} {cell(info['beside'])}",
        f"{info['ratio']:.3g}",
        f"{info['target']:.3g}{reached}",
    )


def _measure(value: float, unit: str) -> str:
    if unit == "s" and value < 1:
        return f"{value * 1000:.3g} ms"
    return f"{value:.3g} {unit}"


def _alone(each: Mapping[str, Any]) -> tuple[str, ...]:
    remarks = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in _info(each).items())
    return (
        cell(each["name"].removeprefix("test_").replace("_", " ")),
        _measure(each["stats"]["min"], "s"),
        cell(remarks),
    )
