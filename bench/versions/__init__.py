"""Two versions of this project on the same tables: the version before, and this one (docs/testing.md, Two versions).

`checkout` gets the version before, `pair` runs both and sends each request to one of them, `flows` are what people and apps do,
`reading` looks whether each version reads what is stored, and `rounds` are the orders in which that happens.
"""
