"""The runs: a table of them, their curves overlaid, and two that read the same probe."""
