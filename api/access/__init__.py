"""Who may ask for what: credentials of requests, scopes of routes, and what is recorded of both."""
