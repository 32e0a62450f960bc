"""Databases and folders behind one Protocol (see ``store.py``). Everything here only reads."""
