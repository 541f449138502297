"""The lens of an autoencoder's code: its plane, the way between two drawings, its numbers."""
