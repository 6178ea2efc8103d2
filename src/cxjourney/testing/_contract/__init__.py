"""Parts of the tests that every journal must pass."""
