"""What else practitioners ask of a survey of wishes, beside the kinds."""
