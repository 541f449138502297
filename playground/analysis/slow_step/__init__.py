"""One training step in slow motion: all that it computes, stage by stage, in float64."""

from playground.analysis.slow_step.step import SlowStep
from playground.analysis.slow_step.walk import walk
from playground.nn.explain.stage import Matrix, Stage

__all__ = ["Matrix", "SlowStep", "Stage", "walk"]
