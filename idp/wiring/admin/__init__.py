"""The services of the admin API and the command line, a file for each concern."""
