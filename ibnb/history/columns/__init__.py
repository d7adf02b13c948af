"""From bytes to columns of numbers, without a Python object a row, and which rows of an answer count."""
