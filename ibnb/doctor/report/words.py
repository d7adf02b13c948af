"""The symbols and words of the renderings: a status is never told by colour alone."""

from __future__ import annotations

SYMBOLS = {"pass": "✓", "warn": "!", "fail": "✗", "skip": "–", "crash": "‼"}
WORDS = {"pass": "pass", "warn": "warning", "fail": "FAIL", "skip": "skipped", "crash": "CRASH"}
VERDICTS = {
    "pass": "Everything works.",
    "warn": "It works, with remarks.",
    "fail": "Something is wrong.",
}
#: Of the steps of setting TWS up.
STATE_SYMBOLS = {"done": "☑", "not done": "☒", "unknown": "☐"}
STATES = {"done": "done", "not done": "NOT DONE", "unknown": "not seen here"}


def place(host: str, port: int | None, kind: str) -> str:
    """Return where was looked, in words."""
    return f"{host}:{port} ({kind})" if port is not None else f"{host} ({kind})"
