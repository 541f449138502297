"""The lens that walks through one training step."""
