"""What is owed: one obligation, and runs of them as a journal keeps them."""
