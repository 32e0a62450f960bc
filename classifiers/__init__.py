"""What a value is: values in, findings out. Pure: no file, socket, database or clock is touched from here."""
