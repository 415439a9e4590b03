"""What ads asks of the other services."""
