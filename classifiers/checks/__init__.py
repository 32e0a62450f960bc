"""Checks of what patterns find: check digits, structure, registers. Whole arrays at once where it is hot."""
