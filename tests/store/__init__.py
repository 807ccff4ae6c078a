"""The guarantees of the store. All tests run on every real engine; those of single operations on moto, too."""
