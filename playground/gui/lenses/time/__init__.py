"""The lens of time: how a sequence is read, step by step."""
