"""What the window shows of a network, worked out without Qt."""
