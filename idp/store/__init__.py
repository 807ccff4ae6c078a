"""The store: facts in DynamoDB, with pynamodb's attributes and expressions. Only this package imports pynamodb.

Methods read facts or write them on a condition. Everything that may be used once is one conditional write.
`database` calls DynamoDB, `keys` builds every key, `tables` declares the three tables, and each other module has one kind of item.
"""
