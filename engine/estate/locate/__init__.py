"""Where the data of a subject can be: what a search has to read, and what it need not."""
