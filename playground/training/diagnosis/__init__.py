"""Diagnosis: what is wrong with a run, measured, with the settings that mend it."""

from playground.training.diagnosis.faults import FAULTS, MOST_SHOWN, diagnose
from playground.training.diagnosis.finding import Finding, Remedy
from playground.training.diagnosis.steady import Steady

__all__ = ["FAULTS", "MOST_SHOWN", "Finding", "Remedy", "Steady", "diagnose"]
