"""The lens on the data: what there is, how it is split, and what the network gets to see of it."""
