"""The neural network in NumPy: activations, layers, losses, optimizers and the network itself."""
