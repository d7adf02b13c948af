"""Tables written for other programs: nothing in a file runs, and accounts are masked."""
