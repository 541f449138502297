"""Data that is fetched when it is wanted, and kept."""
