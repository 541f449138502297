"""The window that shows what a file would become before it is taken, and takes it."""
