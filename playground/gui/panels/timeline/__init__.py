"""The runs of the present network along one axis, and the moment that is looked at."""
