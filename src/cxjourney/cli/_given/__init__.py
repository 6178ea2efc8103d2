"""What users give on the command line by name: objects of their own code."""
