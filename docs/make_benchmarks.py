"""Make ``docs/benchmarks.md``: ``python docs/make_benchmarks.py``, with the extra ``test``, on a machine that is quiet.

Runs ``tests/benchmarks`` and writes what they told. What else is named is given to pytest: ``--output part.md -k
explorer`` runs some of them.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
sys.path[:0] = [str(ROOT), str(DOCS)]

import pytest  # noqa: E402
from making.benchmarks import page  # noqa: E402

#: Those beside a peer, which are left out of other runs, and those that stand alone.
MARKED = "benchmark_peer or not slow"
#: A benchmark that says nothing else may take so many: on a busy machine a minute is not enough.
SECONDS = "600"


def main() -> None:
    """Run the benchmarks and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=DOCS / "benchmarks.md", help="the page")
    asked, others = parser.parse_known_args()
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "benchmarks.json"
        command = [sys.executable, "-m", "pytest", "tests/benchmarks", "-n", "0", "-s", "-m", MARKED]
        command += ["--timeout", SECONDS, "--benchmark-json", str(found), *others]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as run:
            assert run.stdout is not None
            failed = []
            for line in run.stdout:
                print(line, end="", flush=True)
                failed += re.findall(r"^(?:FAILED|ERROR) tests/benchmarks/(\S+)", line)
        if not found.exists() or not found.stat().st_size:
            raise SystemExit("No benchmark has told anything: see above.")
        measured = json.loads(found.read_text(encoding="utf-8"))
    load = f"Other work on the machine: a load of {before:.1f} before, {os.getloadavg()[0]:.1f} after."
    load += f" Not all were run: `{' '.join(others)}`." if others else ""
    load += " The run was broken off before its end." if run.returncode == pytest.ExitCode.INTERRUPTED else ""
    asked.output.write_text(page(measured, dict.fromkeys(failed), load), encoding="utf-8")
    print(f"{len(measured['benchmarks'])} benchmarks: {asked.output}")


if __name__ == "__main__":
    main()
