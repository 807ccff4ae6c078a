"""Apps of other systems. `read` of each module yields imported apps and refused rows."""
