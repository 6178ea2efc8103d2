"""Loads what shows results while imports are traced, before any untraced test."""

from importlib import import_module

for module in (
    *("_analyses._comparison_tables", "_analyses._performance_table"),
    *("_pictures._result_pages", "_plots._rehearsal_plots"),
    *("_playbook_tables", "_policy_tables", "_replay_tables"),
):
    import_module(f"cxjourney.show.{module}")
