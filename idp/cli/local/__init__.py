"""The folder `.idp/` of the development server: its settings, its embedded store, and the store's socket for other commands."""
