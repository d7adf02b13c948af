"""What happens within a second: quotes, the tape, single trades, and the levels behind the best prices."""
