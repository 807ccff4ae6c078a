"""The protocol: what a request must be (`checks`), what a grant gives (`grants`), the rules of each endpoint. Alone in knowing Authlib."""
