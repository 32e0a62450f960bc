"""The inventory as one HTML page: what it says, and how it looks."""
