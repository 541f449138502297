"""One panel for each of the user's tasks: build, train, compare."""
