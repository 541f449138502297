"""Colours, theme, icons, colour maps and wording."""
