"""Apps (OAuth clients): their metadata, keys, registration, and the subject identifiers that they see."""
