"""The tables of all floors, one file a room."""
