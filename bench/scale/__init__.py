"""What a deployment of ten thousand, a million and a hundred million people needs, computed from measured flows and stated assumptions.

Nothing is measured here: `figures` reads what `bench --only flows` and `bench --only heat` wrote into the docs.
"""

SIZES = {"10 thousand": 10_000, "1 million": 1_000_000, "100 million": 100_000_000}
