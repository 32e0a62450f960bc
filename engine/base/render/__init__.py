"""HTML that stands alone, and CSV that no spreadsheet runs."""
