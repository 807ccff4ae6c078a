"""The commands that README, docs, examples and `make help` print: each is found in the text and run."""
