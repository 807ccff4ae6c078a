"""DynamoDB engines for the tests, real ones first, and a proxy before them that loses replies and injects errors."""
