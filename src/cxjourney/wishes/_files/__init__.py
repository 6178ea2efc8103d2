"""Surveys as files: what a survey tool, Excel or SPSS stored, told and read (SPEC 10)."""
