"""Reports to send: one HTML file each, that needs no network, no script and no reader's effort."""
