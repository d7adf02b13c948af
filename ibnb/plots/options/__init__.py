"""An option chain as pictures: implied volatility over strikes and expiries."""
