"""Data sets, how they are prepared, and the way from a drawing to the network's input."""
