"""What every panel is made of: controls, clicks, notices, work in the background, and how a panel ends."""
