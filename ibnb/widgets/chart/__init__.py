"""The chart to click through: what is loaded, how it is drawn, and which part of it is in view."""
