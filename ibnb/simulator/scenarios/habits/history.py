"""Habits of historical bars, ticks and schedules."""

from __future__ import annotations
