"""Answers about prices, past and present."""
