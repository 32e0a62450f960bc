"""The library of controls: what is done, for which criteria, by whom, how often, and which test of our records tells of it."""
