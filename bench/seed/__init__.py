"""`python -m bench.seed`: a deployment with many people, in a file of an engine, for measurements at size.

The items are those that the product's own paths write (`tests/tooling/test_seed.py` compares them). They are written as files of the
form of a DynamoDB export, in several processes, and the engine imports these files at once: it takes 22 microseconds an item, and 150 by
BatchWriteItem.
"""
