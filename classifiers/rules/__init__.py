"""Rules as patterns: regular expressions read, made safe, and given the form that the pass looks for."""
