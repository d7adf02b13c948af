"""Habits of historical bars, ticks and schedules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.simulator.scenarios.fault import Fault
from ibnb.simulator.scenarios.habit import Has, habit, plain_habit
from ibnb.simulator.scenarios.registry import Faults
from ibnb.simulator.scenarios.settings import at_least, one_of
from ibnb.wire.ids import Response

if TYPE_CHECKING:
    from ibnb.simulator.roles import Client

#: How a TWS that is set to another language may say it; the words are ours. By what stands in the English text.
_LANGUAGES = {
    "german": {
        "no data": "Fehlermeldung des Dienstes für historische Marktdaten:Die Abfrage ergab keine Daten.",
        "no market data permissions": "Fehlermeldung des Dienstes für historische Marktdaten:Keine Berechtigung.",
        "pacing violation": "Fehlermeldung des Dienstes für historische Marktdaten:Zu viele Anfragen.",
        "": "Fehlermeldung.",
    },
    "chinese": {
        "no data": "历史市场数据服务错误信息：查询未返回数据。",
        "no market data permissions": "历史市场数据服务错误信息：没有权限。",
        "pacing violation": "历史市场数据服务错误信息：请求过多。",
        "": "错误。",
    },
    "spanish": {
        "no data": "Mensaje de error del servicio de datos históricos:La consulta no devolvió datos.",
        "no market data permissions": "Mensaje de error del servicio de datos históricos:No tiene permisos.",
        "pacing violation": "Mensaje de error del servicio de datos históricos:Demasiadas solicitudes.",
        "": "Error.",
    },
}


@habit("tail-held-back", "Bars end so many minutes before now, and notice 2188 says that it is so.")
def _tail_held_back(minutes: float = 15.0) -> Faults:
    at_least("minutes", minutes, 0)
    return (Has(held_back=60 * minutes),)


plain_habit(
    "schedule-refused", "The sessions of an instrument (SCHEDULE) are not told: error 162.", Has(schedule="refused")
)
plain_habit("schedule-empty", "The list of sessions of an instrument (SCHEDULE) is empty.", Has(schedule="empty"))


plain_habit(
    "six-months", "Bars of 30 seconds and less that are older than six months are refused: 162.", Has(six_months=True)
)
plain_habit("no-4-mins", "Bars of 4 minutes are not known: 321 with the list of sizes.", Has(sizes_without="4 mins"))
plain_habit("groups-by-last-day", "Weeks and months bear their last trading day, also before it has come.",
            Has(group_dates="last"))  # fmt: skip
plain_habit("groups-by-first-day", "Weeks and months bear their first trading day.", Has(group_dates="first"))
plain_habit("contfut-takes-end", "Bars of a continuous future are served up to a past end.", Has(contfut_ends=True))


class _Speaks(Fault):
    """The texts of refusals are in another language; codes are what they are."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.texts = texts

    def responding(self, client: Client, response: Response, values: dict[str, Any]) -> dict[str, Any] | None:
        """Change the text."""
        if response != Response.ERROR or 1100 <= values["code"] < 3000:
            return values
        english = values["message"].lower()
        return {**values, "message": next(text for part, text in self.texts.items() if part in english)}


@habit("language", "Refusals are worded in german, chinese or spanish (our words, not TWS's).")
def _language(language: str = "german") -> Faults:
    return (_Speaks(one_of("language", language, _LANGUAGES)),)


plain_habit("ticks-before-start", "Pages of ticks from a moment on hold ticks of 40 minutes before it.",
            Has(tick_pages="before"))  # fmt: skip
plain_habit("ticks-from-start", "Pages of quotes begin at their start, and not a second early.",
            Has(tick_pages="exact"))  # fmt: skip
plain_habit("ticks-cut", "Pages of ticks are cut at the number asked for, also within a second.", Has(ticks_cut=True))


class _NeverSaysDone(Fault):
    """Pages of ticks do not say that they are the last."""

    def responding(self, client: Client, response: Response, values: dict[str, Any]) -> dict[str, Any] | None:
        """Take the mark off."""
        pages = (Response.HISTORICAL_TICKS, Response.HISTORICAL_TICKS_BID_ASK, Response.HISTORICAL_TICKS_LAST)
        return {**values, "done": False} if response in pages else values


plain_habit("ticks-unended", "No page of ticks says that it is the last.", _NeverSaysDone())
