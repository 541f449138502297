"""What goes wrong, and what helps."""
