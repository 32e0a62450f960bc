"""Policies to begin with, as data. None of them is legal advice."""
