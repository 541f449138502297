"""Experiments and the runs that train them, without a thread and without a window."""
