"""In which units TWS tells prices and sizes, and which figure is no price at all."""
