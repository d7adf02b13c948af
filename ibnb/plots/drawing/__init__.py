"""What every picture is drawn with: theme, figure, axes, words, and bars made fit to be drawn. It knows no subject."""
