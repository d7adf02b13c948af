"""From a host name to a TWS that speaks, or the reason why none does. Nothing here starts the API.

What can be seen of a TWS on this machine without asking it lies in `local`.
"""
