"""Weights over the layers and over the epochs."""
