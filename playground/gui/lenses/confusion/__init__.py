"""Lenses about all answers to a part of the data: which are right, how sure they are, which not."""
