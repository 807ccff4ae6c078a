"""The guarantees of the store. All tests run on moto and on every real engine; races and lost replies on real engines only."""
