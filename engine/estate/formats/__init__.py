"""What is inside files and objects: one module a format behind one Protocol (see ``format.py``)."""
