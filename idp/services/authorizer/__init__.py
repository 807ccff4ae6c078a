"""Reads DynamoDB for verifiers outside the provider, such as the Lambda authorizer: liveness of tokens, subjects, policies."""
