"""Every neuron's answer to the one example in the hand."""
