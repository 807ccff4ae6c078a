"""Apps: the client, its redirect URIs, grant types and profile."""
