"""Third-party clients over HTTP against the running provider on real engines. Their checks are independent of this project."""
