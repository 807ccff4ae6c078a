"""Checks passwords against hashes that another system made. Each module has the schemes of one library and loads when one is checked.

`schemes.py` finds the module, `checking.py` compares, `acceptance.py` prepares a hash for the store.
"""
