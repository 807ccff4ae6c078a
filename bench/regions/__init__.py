"""Two regions: whole providers on tables that are replicated late and out of order, a partition, and a region that takes over (FI-11).

replication.py  copies each written item to the other region after a random time; of two writes of an item the later one remains
pair.py         the two providers, the cut, the change of the region, the end of the partition
acts.py         what a person or app does once, and may do again in the other region
walk.py         one run: acts here, a cut, the same acts there, and what is lost
simulated.py    the runs of one delay
tables.py       the table for docs/scale.md
"""
