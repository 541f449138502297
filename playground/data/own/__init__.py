"""The user's own data: imported sets, taught drawings, painted points."""
