"""What a user does to a network between two steps of training."""
