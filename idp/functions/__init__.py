"""Entry points of the Lambda functions: one module each, as serverless.yml names them. They contain wiring only."""
