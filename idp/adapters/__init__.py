"""What reaches outside other than DynamoDB: KMS, the local key file."""
