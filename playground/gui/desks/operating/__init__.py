"""Operations on the network: surgery and the gradient check."""
