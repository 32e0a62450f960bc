"""Every rule in one pass over many texts, then the exact rule on what that finds."""
