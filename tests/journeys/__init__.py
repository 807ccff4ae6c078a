"""What people do, in a real browser: one file per journey.

`steps` has the pages of a sign-in as a person uses them; `conftest` starts the provider, the apps and Chromium.
"""
