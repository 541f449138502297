"""The files of an experiment and of a network: written atomically, checked whole before use."""
