"""What every answer shares: errors as problem details, ids, limits, headers, pages of lists, requests that are sent twice."""
