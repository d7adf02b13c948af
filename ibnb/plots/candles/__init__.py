"""The candle chart: bars, what lies over them, and the words around them."""
