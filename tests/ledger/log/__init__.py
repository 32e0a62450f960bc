"""The log: on both databases, undisturbed and disturbed."""
