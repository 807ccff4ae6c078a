"""The shapes of the admin API, as in its OpenAPI document. They have types and names only; services decide which values are allowed."""
