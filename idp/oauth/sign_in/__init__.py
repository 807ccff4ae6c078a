"""The progress of a sign-in: store what a step proved, then choose the next step or the answer for the app.

`proofs` go in, `store_proof` stores them, `progress` decides, `outcomes` come out. `idp/http/sign_in` renders them.
"""
