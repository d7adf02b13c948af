"""The way of an order to TWS and back: previewed, written down, sent once, followed, and found again after a loss."""
