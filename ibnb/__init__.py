"""A Jupyter toolkit for Interactive Brokers TWS."""
