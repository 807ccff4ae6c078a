"""What a check of the deployment found."""
