"""Dispatch for asynchronous code: the dispatcher whose journal and hooks are awaited."""
