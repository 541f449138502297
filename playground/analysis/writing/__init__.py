"""What a network writes that can tell the next move of a pen, and how it is read."""
