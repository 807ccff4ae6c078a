"""What a verifier outside the provider reads in DynamoDB, for example the Lambda authorizer: tokens' liveness, subjects, policies."""
