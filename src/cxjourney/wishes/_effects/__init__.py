"""The effects of fulfilment on an outcome, their value, and how variance divides among them."""
