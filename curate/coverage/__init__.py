"""What the data is about, how much of it there is, and what that much can teach and show."""
