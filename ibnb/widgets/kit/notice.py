"""The verdict line of a panel: what it is doing or has found, spoken by screen readers whenever it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ibnb.doctor.report.report import FAILURES, Report
from ibnb.doctor.report.words import SYMBOLS, VERDICTS
from ibnb.errors import ConnectError, IBNBError
from ibnb.ground.masking import mask_text
from ibnb.tws.codes.causes import Cause, book
from ibnb.tws.texts import Html
from ibnb.widgets.kit.markup import advice, badge

Tone = Literal["idle", "busy", "pass", "warn", "fail"]

_SYMBOLS = {**SYMBOLS, "idle": "·", "busy": "▸"}
_LIVE = "LIVE account, real money. "
_WORDS = {"idle": "", "busy": "", "pass": "OK", "warn": "Remark", "fail": "Problem"}


@dataclass(frozen=True)
class Notice:
    """What the verdict line says.

    Attributes
    ----------
    tone : {"idle", "busy", "pass", "warn", "fail"}
    title : str
        A few words.
    detail : str
        A sentence.
    fix : tuple of str
        What to do, in order.
    """

    tone: Tone
    title: str
    detail: str = ""
    fix: tuple[str, ...] = ()


def notice_html(notice: Notice) -> Html:
    """Return the verdict line, from its data alone."""
    return Html(
        '<div class="ibnb-notice ibnb-is-{tone}" role="status" aria-live="polite" aria-atomic="true">'
        '{badge}<div><p class="ibnb-headline">{word}{title}</p><p class="ibnb-detail">{detail}</p>{fix}</div></div>'
    ).format(
        tone=notice.tone,
        badge=badge(notice.tone, _SYMBOLS[notice.tone]),
        word=f"{_WORDS[notice.tone]}: " if _WORDS[notice.tone] else "",
        title=notice.title,
        detail=notice.detail or Html("&nbsp;"),
        fix=advice(notice.fix),
    )


def line_html(notice: Notice) -> Html:
    """Return what a panel says in a line; the whole verdict where there is something to be done."""
    if notice.tone in ("warn", "fail"):
        return notice_html(notice)
    return Html(
        '<p class="ibnb-quiet ibnb-is-{}" role="status" aria-live="polite" aria-atomic="true">'
        "{} <strong>{}</strong> {}</p>"
    ).format(notice.tone, badge(notice.tone, _SYMBOLS[notice.tone]), notice.title, notice.detail)


def of_report(report: Report, is_live: bool = False) -> Notice:
    """Return the verdict of a diagnosis; where it is of an account with real money, that comes first."""
    whose = _LIVE if is_live else ""
    if report.verdict == "pass":
        return Notice("pass", f"{whose}{VERDICTS['pass']}", "Every step up to your account answers. Press Connect.")
    statuses = FAILURES if report.verdict == "fail" else ("warn",)
    first = next(check for check in report.checks if check.status in statuses)
    causes: Mapping[str, Cause] = book()
    entry = causes.get(first.cause or "")
    if report.verdict == "warn":
        return Notice("warn", f"{whose}{VERDICTS['warn']}", first.summary)
    title = f"{entry.title}." if entry else VERDICTS["fail"]
    return Notice("fail", f"{whose}{title}", f"{first.title}: {first.summary}", first.fix)


def of_error(error: Exception) -> Notice:
    """Return what an error says, with what to do about it."""
    if isinstance(error, ConnectError):
        return Notice("fail", error.summary, error.evidence and f"Seen: {error.evidence}", error.fix)
    if isinstance(error, IBNBError):
        return Notice("fail", "That did not work.", mask_text(str(error)))
    return Notice("fail", "The panel itself broke.", mask_text(f"{type(error).__name__}: {error}"))
