"""Subscriptions as frames that stay current: quotes on a board, depth of book, single ticks, real-time bars."""
