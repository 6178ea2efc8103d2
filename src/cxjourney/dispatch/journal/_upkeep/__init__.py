"""What those ask and do who look after a journal: views over all customers, and the archive."""
