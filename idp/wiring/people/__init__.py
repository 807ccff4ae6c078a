"""The services that people need, a file for each concern."""
