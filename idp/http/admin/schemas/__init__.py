"""The shapes of the admin API, as OpenAPI tells them. Types and names only; what values are allowed the services decide."""
