"""One panel for each kind of data, in which the user holds the example that every view follows."""
