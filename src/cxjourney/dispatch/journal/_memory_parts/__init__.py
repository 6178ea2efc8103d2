"""What a journal in memory keeps."""
