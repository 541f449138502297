"""A page about a run to hand in: what was chosen, what came of it, and pictures."""
