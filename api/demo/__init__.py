"""A small, believable estate to try everything on."""
