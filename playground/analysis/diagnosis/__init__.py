"""Diagnosis: what is wrong with a run, measured, with the settings that mend it."""

from playground.analysis.diagnosis.faults import FAULTS, MOST_SHOWN, diagnose
from playground.analysis.diagnosis.finding import Finding, Remedy
from playground.analysis.diagnosis.steady import Steady

__all__ = ["FAULTS", "MOST_SHOWN", "Finding", "Remedy", "Steady", "diagnose"]
