"""Shows the present experiment as a Python script."""
