"""Opening the window and keeping it alive."""
