"""What the checks of requests have in common: judging an answer, and saying that the connection was lost meanwhile."""

from __future__ import annotations

from ibnb.doctor.check import Check, Outcome, found, passed
from ibnb.doctor.context import Context
from ibnb.errors import NotConnected, RequestError, RequestTimeout
from ibnb.tws.codes.causes import Finding, describe
from ibnb.tws.start.first_look import lost_during_look
from ibnb.tws.start.uplink import uplink_finding


def answer_check(check_id: str, title: str, name: str, what: str) -> Check:
    """Return the check of one of the account data requests: it waits for the answer, and says when it came.

    Parameters
    ----------
    check_id, title : str
        Of the check.
    name : str
        Of the request, as in `ibnb.tws.start.first_look`.
    what : str
        What its rows are, in words.
    """

    async def run(context: Context) -> Outcome:
        try:
            answer, finding = await context.look(name)
        except NotConnected as error:
            return lost(context, error)
        if finding is not None:
            return found(finding, answer.evidence(), answer.seconds)
        return passed(f"{answer.rows} {what} came.", answer.evidence(), answer.seconds)

    return Check(check_id, title, run, needs=("uplink",))


def lost(context: Context, error: NotConnected) -> Outcome:
    """Return the outcome of a check during which the connection ended."""
    return found(lost_during_look(error, context.ready.tap, context.ready.endpoint))


def refused(context: Context, error: RequestError, silent: str) -> Finding:
    """Return what a request that failed means.

    Parameters
    ----------
    context : Context
    error : RequestError
        What TWS answered, or that it did not answer.
    silent : str
        The cause where it did not, and nothing else explains it.
    """
    if isinstance(error, RequestTimeout):
        evidence = f"{error.request} sent, no answer in {error.seconds:.1f} s"
        gone = uplink_finding(context.ready.tap, context.ready.endpoint, evidence)
        return gone or describe(silent, evidence)
    text = f"{error.code}: {error.text}"
    cause = error.cause or silent
    return describe(cause, f"{error.request}: error {text}", text=text, next_step=error.next_step)
