"""Habits of accounts, positions, orders and executions."""

from __future__ import annotations
