"""How much TWS lets one ask in how much time, kept so that none of its limits is ever broken."""
