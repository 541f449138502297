"""The lens of a generator: what it makes of noise, and how far the discriminator believes it."""
