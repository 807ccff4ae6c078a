"""What callers with authority over a part of the deployment reach."""
