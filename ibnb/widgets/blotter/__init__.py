"""The blotter: the working orders of all clients and the fills of today, live; one's own to change and to cancel."""
