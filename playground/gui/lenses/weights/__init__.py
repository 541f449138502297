"""The lens of weights: as pictures, as matrices with their numbers, and over time."""
