"""The board's widget: cells made of data, repainted when something has changed."""
