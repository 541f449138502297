"""Files that a stranger may have made: looked at before they are read, and named in plain text."""
