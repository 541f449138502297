"""The cards of the layers."""
