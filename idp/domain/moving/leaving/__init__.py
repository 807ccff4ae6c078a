"""The forms of an export that other systems read. Each module converts lines of our own form (docs/schemas/export-1.json).

A user is given as two objects: the line of the type `user`, and its secrets in clear, or None if they stay here. What a form cannot carry
is counted under a name of `LEFT_OUT`.
"""
