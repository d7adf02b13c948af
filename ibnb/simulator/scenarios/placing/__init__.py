"""Scenarios of orders: how they reach TWS, what it refuses of them, how it tells of them, how the market fills them."""
