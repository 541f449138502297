"""From strokes and pictures to what a network sees."""
