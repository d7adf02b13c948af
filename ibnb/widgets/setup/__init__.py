"""The setup panel: which step of a set-up works, what to click for the others, and Connect."""
