"""Staying connected: a loss is noticed, mended, written down, and what it changed is told."""
