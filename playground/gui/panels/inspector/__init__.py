"""The neuron inspector: one neuron in full, with its numbers, its slopes and a way to edit it."""

from playground.gui.panels.inspector.inspector import Inspector

__all__ = ["Inspector"]
