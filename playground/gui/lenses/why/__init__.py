"""The lens that asks why: what the answer to the probe rests on, and what would change it."""
