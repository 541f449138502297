"""Ways of looking into the network, one module each."""
