"""What a recording is, what its captions say, and how much of it was watched. Knows no framework."""
