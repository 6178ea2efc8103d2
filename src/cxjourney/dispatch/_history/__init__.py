"""History and news: importing what was, applying a new row to those who are there, consents."""
