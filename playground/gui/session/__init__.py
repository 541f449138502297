"""What the window knows and does: the session, its threads and its probe."""
