"""The lens that walks through one training step."""

from playground.gui.lenses.step.step_lens import StepThroughLens

__all__ = ["StepThroughLens"]
