"""A task with its windows: each desk offers one and carries it out."""
