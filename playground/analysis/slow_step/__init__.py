"""One training step in slow motion: all that it computes, stage by stage, in float64."""

from playground.analysis.slow_step.stage import Change, Matrix, SlowStep, Stage
from playground.analysis.slow_step.walk import walk

__all__ = ["Change", "Matrix", "SlowStep", "Stage", "walk"]
