"""Everything that a person reads or sees: tables, pictures and reports, in every language."""
