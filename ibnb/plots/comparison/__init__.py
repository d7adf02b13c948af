"""Several series of bars in one picture, in percent from where all of them have begun."""
