"""Colours, theme, style sheet, icons, colour maps and how a widget is introduced."""
