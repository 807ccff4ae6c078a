"""Deploy targets: one module per Lambda function, as serverless.yml names them. They wire and hand over, nothing else."""
