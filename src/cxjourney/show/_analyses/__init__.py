"""What is read and drawn of wishes beside their kinds."""
