"""The pages of a sign-in. Each step is one module with its FORM; `domain/sessions/sign_in_step.py` has the table of steps.

`endpoint` answers the addresses of all steps. `rendering` turns an outcome of `idp.oauth.sign_in` into a response.
"""
