"""The reading layer: from files as people have them to records with cells."""
