"""The option chain: a tab an expiry, strikes in the middle, live where it is looked at; a click opens an option."""
