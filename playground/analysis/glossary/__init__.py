"""The field's words: what each means, its formula and curve, and where to see it."""
