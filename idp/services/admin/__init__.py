"""What every list and write of the admin API needs: cursors and idempotency."""
