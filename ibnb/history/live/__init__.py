"""Bars that go on: a frame that grows while TWS sends, and comes back after a loss."""
