"""Organisations, as admins of the deployment and of one organisation manage them."""
