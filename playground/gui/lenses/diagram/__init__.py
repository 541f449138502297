"""The network drawn as a picture: columns of neurons, and the links between them."""
