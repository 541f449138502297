"""The curves of loss and accuracy."""
