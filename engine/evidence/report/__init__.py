"""The Type I report: the design of controls at a date, gaps, and readiness of each criterion. One HTML file, or JSON."""
