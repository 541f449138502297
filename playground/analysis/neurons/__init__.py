"""One neuron at a time: its name, its sum, its slopes and what excites it."""
