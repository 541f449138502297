"""What an autoencoder's code says: where examples lie in it, what comes back, and what PCA does."""
