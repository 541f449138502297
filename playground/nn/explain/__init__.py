"""What layers say of themselves: a step in formulas, one unit in numbers, and how to draw them."""
