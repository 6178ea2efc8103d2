"""What a command writes to a file, to be sent."""
