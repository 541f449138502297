"""Teaching the network one's own drawings."""
