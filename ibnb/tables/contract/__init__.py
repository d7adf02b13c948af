"""Tables of contracts, and the columns by which every other table tells its contract and the unit of its prices."""
