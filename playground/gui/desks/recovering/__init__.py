"""Keeps unsaved work safe, and gives back what a window that ended without order left."""
