"""The protocol: the checks of requests, the grants, and the rules of each endpoint. Only this package imports Authlib."""
