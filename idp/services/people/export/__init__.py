"""What the export of a person contains.

exported.py   the table: each kind of items, its attributes in the export, and those that are left out with the reason
values.py     attributes as values of JSON
people.py     ids of other people become words
export.py     the service
"""
