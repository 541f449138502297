"""Ways of looking into the network, a folder each."""
