"""Explains what is pointed at: the glossary, and the way from a word to its place and back."""
