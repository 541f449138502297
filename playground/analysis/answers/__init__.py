"""What a network answers to a whole part of the data, and how far that is right."""
