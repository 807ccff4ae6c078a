"""The stores of a deployment, a file for each group of them."""
