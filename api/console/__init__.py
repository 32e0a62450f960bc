"""The console: pages made on the server, usable by keyboard, on a phone and in the dark, without a script if need be."""
