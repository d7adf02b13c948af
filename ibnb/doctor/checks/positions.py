"""Positions: does TWS send those of all accounts, with their end (reqPositions)."""

from ibnb.doctor.answers import answer_check

CHECK = answer_check("positions", "Positions", "positions", "positions")
