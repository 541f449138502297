"""The training as an animation to take along."""
