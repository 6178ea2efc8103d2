"""What a survey may be asked for, and reading it."""
