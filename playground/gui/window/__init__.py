"""The main window and its areas."""
