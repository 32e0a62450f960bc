"""What must happen to the estate's data, and the one way to make it happen: policies, calendar, holds, change."""
