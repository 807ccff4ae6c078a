"""What the store promises: the same suite on moto and on every real engine; races and lost replies on real ones."""
