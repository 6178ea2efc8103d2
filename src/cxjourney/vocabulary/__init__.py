"""The words that everything else is said in, and the kits that every room shares."""
