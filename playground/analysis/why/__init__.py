"""Why a network answers as it does: attribution, neighbours, activation maximization."""
