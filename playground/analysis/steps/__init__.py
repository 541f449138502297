"""What a network makes of a sequence step by step: its answers, its memory, where it looks."""
