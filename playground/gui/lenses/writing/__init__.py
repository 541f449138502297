"""The lens of writing: what a network wrote in the course of its training."""
