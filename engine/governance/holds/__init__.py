"""Legal holds: what may not be destroyed whatever the rules say, and the barrier that makes a hold sure."""
