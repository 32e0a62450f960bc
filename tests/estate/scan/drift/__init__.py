"""Drift of real databases and files."""
