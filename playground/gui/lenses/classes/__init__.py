"""Which classes each neuron answers to."""
