"""What people do, in a real browser: one file per journey.

`steps` are the pages of a sign-in as somebody uses them; `conftest` starts the provider, the apps and Chromium.
"""
