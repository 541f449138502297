"""What a generator makes of noise: on a wall, on the plane, and looked for."""
