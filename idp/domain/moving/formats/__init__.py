"""The formats of other systems. `read` of each module yields people and refused rows, one after the other, in bounded memory."""
