"""The effects of fulfilment on an outcome, and what they are worth."""
