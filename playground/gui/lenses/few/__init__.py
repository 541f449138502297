"""The lens of few examples."""
