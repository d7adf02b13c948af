"""The checks, in the order of a connection: the nearer to the wire, the earlier."""

from ibnb.doctor.check import Check
from ibnb.doctor.checks import account_updates, accounts, api, environment, handshake, open_orders, port, positions

ALL: tuple[Check, ...] = (
    environment.CHECK,
    port.CHECK,
    handshake.CHECK,
    api.CHECK,
    accounts.CHECK,
    positions.CHECK,
    account_updates.CHECK,
    open_orders.CHECK,
)
