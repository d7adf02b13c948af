"""What TWS's numbers and failures mean: the book of codes, the book of causes, and the state of the data farms.

The books are `codes.csv` and `causes.toml` beside these modules; names of causes and codes do not change.
"""
