"""Where people and programs come in: the command line and the demo."""
