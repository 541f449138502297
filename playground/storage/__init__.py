"""The experiment's file: written atomically, checked whole before it is used."""
