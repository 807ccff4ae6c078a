"""Import jobs: people from an uploaded file, by a function, slice after slice."""
