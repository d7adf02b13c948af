"""Reaching a TWS: ports, probe, client, background loop, client ids, requests, and what their failures mean.

Nothing here runs at import. `ibnb.tws.connect.open_connection` makes a `ibnb.tws.connection.Connection`;
whatever TWS answers wrongly ends as one of `ibnb.errors`, with a cause from `causes.toml` or a code from
`codes.csv`.
"""
