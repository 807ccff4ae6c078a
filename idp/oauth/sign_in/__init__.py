"""The progress of a sign-in: what a step proved is stored, and the next step or the answer for the app is chosen.

`proofs` go in, `store_proof` stores them, `progress` decides, `outcomes` come out. `idp/http/sign_in` renders them.
"""
