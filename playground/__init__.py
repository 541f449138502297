"""Build a neural network layer by layer, watch it learn, and draw a digit for it to read."""

__version__ = "0.1.0"
