"""From a socket that answers to a client that is ready: the API's start, the first look, and the terms of both."""
