"""What a person clicks: the setup panel, the chart of bars, the portfolio explorer and the board, on one kit.

Importing this room costs nothing: ipywidgets is loaded when the first panel is made.
"""
