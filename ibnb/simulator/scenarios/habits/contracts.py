"""Habits of contracts: their details, their listings, their chains."""

from __future__ import annotations
