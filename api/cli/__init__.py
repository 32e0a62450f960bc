"""The command line: one module a group of commands; heavy imports stay inside the commands."""
