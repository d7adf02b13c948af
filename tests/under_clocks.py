"""Run the tests under other clocks: python tests/under_clocks.py [--clock NAME ...] [--list] [what pytest is given].

A suite that passes today may fail on a Sunday, on an early close, or in three years. Each clock has a pytest of its
own, with libfaketime before everything that it starts, and a time zone. The clocks go on from their moment: they are
an offset from the real one, so that simulators, kernels and workers agree with the test that started them. Monotonic
clocks and what the kernel writes stay real: times of files, and when a process began. Needs the Debian package
`faketime`, and a C compiler where that library has the fault that `SHIM` mends. Ends with a table.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent
# A browser's certificates and the downloads of foreign clients know only the real time.
LEFT_OUT = "not browser and not clients and not slow and not real_clock"
NEW_YORK, BERLIN = "America/New_York", "Europe/Berlin"

# libfaketime up to 0.9.10 takes the false offset off the waits of a clock that it was told to leave alone
# (its issue 426), and Python's sleep fails. This asks the kernel itself.
SHIM = """
#define _GNU_SOURCE
#include <errno.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *until, struct timespec *rest) {
    return syscall(SYS_clock_nanosleep, clock, flags, until, rest) ? errno : 0;
}
"""


class CannotFakeError(RuntimeError):
    """Programs cannot run under another clock here."""


@dataclass(frozen=True)
class Clock:
    """A moment at which the tests begin, where their reader sits."""

    name: str
    moment: str  # local time
    zone: str
    why: str
    fold: int = 0  # 1: the second of an hour that comes twice

    def seconds(self) -> int:
        """Return the moment in epoch seconds."""
        local = datetime.fromisoformat(self.moment).replace(tzinfo=ZoneInfo(self.zone), fold=self.fold)
        return int(local.timestamp())


# All later than the days that tests act out: answers that a server dates ahead of its reader's clock are another thing.
CLOCKS = (
    Clock("wednesday", "2026-12-02 11:00", NEW_YORK, "an ordinary day, to compare with"),
    Clock("sunday", "2026-12-06 14:00", "UTC", "every exchange is closed"),
    Clock("early-close", "2026-11-27 12:59:00", NEW_YORK, "the day after Thanksgiving: US shares end at 13:00"),
    Clock("us-spring", "2027-03-14 03:05", NEW_YORK, "two to three o'clock did not happen"),
    Clock("us-autumn", "2027-11-07 01:30", NEW_YORK, "one to two o'clock happens again", fold=1),
    Clock("between-changes", "2027-03-16 10:30", NEW_YORK, "New York changed its clocks, Europe did not yet"),
    Clock("eu-spring", "2027-03-28 03:05", BERLIN, "two to three o'clock did not happen"),
    Clock("eu-autumn", "2027-10-31 02:30", BERLIN, "two to three o'clock happens again", fold=1),
    Clock("new-year", "2026-12-31 23:59:30", "UTC", "the year changes within the first tests"),
    Clock("leap-day", "2028-02-29 11:00", NEW_YORK, "29 February"),
    Clock("good-friday", "2027-03-26 11:00", NEW_YORK, "shares closed, currencies trade"),
    Clock("good-friday-night", "2027-03-25 18:30", NEW_YORK, "the next session of shares is Monday"),
    Clock("midnight", "2026-12-02 23:59:30", NEW_YORK, "the day changes within the first tests"),
    Clock("three-years", "2029-11-27 11:00", NEW_YORK, "past the year that calendars know by default"),
)


def find_library() -> Path:
    """Return libfaketime for programs with threads."""
    for folder in (Path("/usr/lib"), Path("/usr/local/lib"), Path("/opt/homebrew/lib")):
        for name in ("libfaketimeMT.so.1", "libfaketimeMT.1.dylib"):
            for found in (*folder.glob(f"*/faketime/{name}"), *folder.glob(f"faketime/{name}"), *folder.glob(name)):
                return found
    raise CannotFakeError("libfaketime is not here: apt-get install faketime")


def under(clock: Clock, preload: str) -> dict[str, str]:
    """Return the environment of a process that begins now, at the clock's moment."""
    return os.environ | {
        "LD_PRELOAD": preload,
        "FAKETIME": f"{clock.seconds() - int(time.time()):+d}",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
        "TZ": clock.zone,
        "PYTHONPATH": str(ROOT),
    }


def works(preload: str) -> bool:
    """Tell whether a Python under another clock sees it, sleeps, and waits for a lock."""
    clock = CLOCKS[-1]
    script = "import threading, time; time.sleep(0.01); threading.Event().wait(0.01); print(int(time.time()))"
    try:
        told = subprocess.run(
            [sys.executable, "-c", script], env=under(clock, preload), capture_output=True, text=True, timeout=20
        ).stdout
    except subprocess.TimeoutExpired:
        return False
    return told.strip().isdigit() and abs(int(told) - clock.seconds()) < 60


def find_preload(folder: Path) -> str:
    """Return what LD_PRELOAD is set to; the shim is made in `folder` where it is needed."""
    library = str(find_library())
    if works(library):
        return library
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise CannotFakeError("this libfaketime breaks Python's sleep, and no C compiler is here to mend it")
    source, shim = folder / "shim.c", folder / "shim.so"
    source.write_text(SHIM)
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", str(shim), str(source)], check=True)
    if not works(f"{shim} {library}"):
        raise CannotFakeError(f"{library} does not hold for this Python")
    return f"{shim} {library}"


def run(clock: Clock, preload: str, arguments: list[str]) -> tuple[str, list[str]]:
    """Run pytest under a clock and return its last line, and which tests failed."""
    # A second -q would leave out the last line, which counts.
    given = [argument for argument in arguments if argument not in ("-q", "--quiet")]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", LEFT_OUT, *given]
    process = subprocess.Popen(
        command, cwd=ROOT, env=under(clock, preload), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    lines = []
    for line in process.stdout or ():
        lines.append(line.rstrip())
        print(lines[-1], flush=True)
    process.wait()
    failed = [found[0] for line in lines if (found := re.match(r"(FAILED|ERROR) [^\s\[]+(\[.*\])?", line))]
    counts = [line.strip("= ") for line in lines if re.search(r"\d+ (passed|failed|error|deselected|skipped)", line)]
    return counts[-1] if counts else f"pytest ended with {process.returncode}", failed


def main() -> int:
    """Run the loop and return 1 if a test failed under any clock."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clock", action="append", choices=[clock.name for clock in CLOCKS], help="only this one")
    parser.add_argument("--list", action="store_true", help="say which clocks there are")
    chosen, arguments = parser.parse_known_args()
    clocks = [clock for clock in CLOCKS if not chosen.clock or clock.name in chosen.clock]
    if chosen.list:
        for clock in clocks:
            print(f"{clock.name:18} {clock.moment:19} {clock.zone:16} {clock.why}")
        return 0
    table = []
    with tempfile.TemporaryDirectory(prefix="ibnb-clocks-") as folder:
        try:
            preload = find_preload(Path(folder))
        except CannotFakeError as error:
            print(f"skipped: {error}")
            return 0
        for clock in clocks:
            print(f"\n=== {clock.name}: {clock.moment} {clock.zone}, {clock.why}", flush=True)
            table.append((clock, *run(clock, preload, arguments)))
    print(f"\nleft out: {LEFT_OUT}")
    for clock, counts, failed in table:
        print(f"{clock.name:18} {counts}")
        for test in failed:
            print(f"{'':18} {test}")
    return int(any(failed or "passed" not in counts for _, counts, failed in table))


if __name__ == "__main__":
    sys.exit(main())
