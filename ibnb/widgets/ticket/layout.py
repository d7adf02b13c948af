"""Where everything stands in a ticket, in the order of the keyboard: form, quote, sentence, preview, steps, trade."""

from __future__ import annotations

import ipywidgets

from ibnb.tws.texts import Html
from ibnb.widgets.kit.clicks import Clicks, sheet
from ibnb.widgets.kit.controls import button, classed, row
from ibnb.widgets.kit.notice import Notice, notice_html
from ibnb.widgets.kit.style import CSS
from ibnb.widgets.ticket.fields import TicketFields
from ibnb.widgets.ticket.style import TICKET_CSS

_HEAD = Html('<p class="ibnb-name" role="heading" aria-level="3">Order ticket</p>')
_FIRST = Notice("idle", "Nothing is planned yet.", "Write a contract and an amount. Only two presses send it.")


class TicketLayout:
    """The widgets of a ticket.

    Attributes
    ----------
    view : ipywidgets.VBox
        All of it.
    preview, submit, send, back, modify, cancel : ipywidgets.Button
        The buttons; `send` is the only one that sends an order.
    force, new_price, new_quantity : ipywidgets.Text
        Why to send against a guard; what a working order is to be changed into.
    """

    def __init__(self, fields: TicketFields, clicks: Clicks, line: ipywidgets.Widget, whose: Html, kind: str) -> None:
        self.preview = button("Preview", "Ask TWS what this order would do; nothing is sent", primary=True)
        self.submit = button("Submit …", "The first of two steps; enabled by a preview of the last 30 seconds")
        self.send = classed(button("Send the order", "Sends it to TWS, once"), "ibnb-send")
        self.back = button("Back", "Send nothing")
        self.modify = button("Change", "Change the working order")
        self.cancel = button("Cancel the order", "Take the working order back")
        self.force = ipywidgets.Text(description="Send all the same, because", placeholder="your reason, for the log")
        self.new_price = ipywidgets.Text(description="New price", placeholder="unchanged", continuous_update=False)
        self.new_quantity = ipywidgets.Text(
            description="New quantity", placeholder="unchanged", continuous_update=False
        )
        self._notice, self._quote, self._found = ipywidgets.HTML(), ipywidgets.HTML(), ipywidgets.HTML()
        self._sentence, self._preview = ipywidgets.HTML(), ipywidgets.HTML()
        self._confirm, self._trade = ipywidgets.HTML(), ipywidgets.HTML()
        self._force_box = classed(ipywidgets.VBox([self.force]), "ibnb-field")
        self._steps = ipywidgets.VBox([self._confirm, row(self.send, self.back)])
        changes = [classed(ipywidgets.VBox([each]), "ibnb-field") for each in (self.new_price, self.new_quantity)]
        self._life = ipywidgets.VBox(
            [self._trade, classed(ipywidgets.Box([*changes, self.modify, self.cancel]), "ibnb-change")]
        )
        self.view = ipywidgets.VBox(
            [
                sheet(CSS + TICKET_CSS),
                ipywidgets.HTML(_HEAD + whose),
                line,
                fields.view,
                self._found,
                self._quote,
                self._sentence,
                self._preview,
                self._force_box,
                row(self.preview, self.submit),
                self._steps,
                self._notice,
                self._life,
                clicks.view,
            ]
        )
        for name in ("ibnb-setup", "ibnb-ticket", "ibnb-clicks", f"ibnb-on-{kind}"):
            self.view.add_class(name)
        self.forget()
        self.show_trade("")
        self.say(_FIRST)

    def say(self, notice: Notice) -> None:
        """Show how it stands."""
        self._notice.value = notice_html(notice)

    def said(self) -> str:
        """Return the HTML of how it stands."""
        return str(self._notice.value)

    def show_found(self, html: str) -> None:
        """Show contracts to choose from."""
        self._found.value = html

    def show_quote(self, html: str) -> None:
        """Show the quote."""
        self._quote.value = html

    def show_sentence(self, html: str) -> None:
        """Show what would be ordered."""
        self._sentence.value = html
        self.preview.disabled = not html

    def show_preview(self, html: str, *, may_submit: bool, may_force: bool) -> None:
        """Show a preview, and whether it may be submitted, or with a reason."""
        self._force_box.layout.display = "" if may_force else "none"
        self.submit.disabled = not may_submit
        self._preview.value = html

    def ask(self, html: str) -> None:
        """Show the second step."""
        self._confirm.value = html
        self._steps.layout.display = ""
        self.send.disabled = False

    def ask_no_more(self) -> None:
        """Hide the second step."""
        self.send.disabled = True
        self._steps.layout.display = "none"
        self._confirm.value = ""

    @property
    def is_asking(self) -> bool:
        """Whether the second step is shown."""
        return not self.send.disabled

    def forget(self) -> None:
        """Forget the preview and what follows from it: the order is another one."""
        self.ask_no_more()
        self.show_preview("", may_submit=False, may_force=False)
        self.force.value = ""

    def show_trade(self, html: str, *, is_working: bool = False, may_change: bool = False) -> None:
        """Show what became of the orders that were sent: whether one works, and whether the first can be changed."""
        self._trade.value = html
        self._life.layout.display = "" if html else "none"
        self.cancel.disabled = not is_working
        for each in (self.modify, self.new_price, self.new_quantity):
            each.disabled = not may_change
