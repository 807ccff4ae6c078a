"""DynamoDB through pynamodb: the only package that knows either. Verbs are facts; single use is one conditional write.

`database` speaks to the engine, `keys` writes every key, `tables` declares the three tables, and each other module has one kind of item.
"""
