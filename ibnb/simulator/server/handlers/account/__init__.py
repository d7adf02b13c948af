"""Answers about accounts, orders and profit."""
