"""The keyring: keys that can be destroyed for certain."""
