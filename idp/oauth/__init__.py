"""The protocol: what a request must be (`checks`), what a grant gives (`grants`), and the rules of each endpoint. The only package that knows Authlib."""
