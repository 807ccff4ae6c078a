"""The shapes of stored items: those of the version before, and what has changed since, with what the version before does with it.

shapes.py     the shapes that the code in this process has
changes.py    the differences of two sets of shapes, and which of them a version may have
recorded.py   docs/schemas/items.json and docs/schemas/item-changes.json
"""
