"""The helper functions as coroutines, for people who have an ``IB`` of their own and a loop that runs.

Each takes a connected ``IB`` of ib_insync or ib_async first, and returns the same frame as the function of that name
of a session, where its columns, errors and examples are told. They must be awaited on the loop of that ``IB``.
"""

import lazy_loader

# What there is, and where, stands in `aio.pyi`.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub("ibnb", __file__)
