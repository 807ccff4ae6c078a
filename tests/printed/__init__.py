"""The commands that README, docs, examples and `make help` print. Each is found in the text and run."""
