"""What is counted hour by hour, for admins."""
