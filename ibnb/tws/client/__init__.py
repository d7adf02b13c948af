"""What stands between us and the client library: which one it is, its loop, its wire, and how its connection stands."""
