"""Habits of quotes and other streams of market data."""

from __future__ import annotations
