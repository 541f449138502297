"""How it learns: the training form."""
