"""What one intent or engagement means for others of the same customer."""
