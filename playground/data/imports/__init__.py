"""The user's own files as data sets: recognized by their content, previewed, then read whole."""
