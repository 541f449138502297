"""The lens of attention: which steps look at which, and how each share comes about."""
