"""What is known of the exam day: the `seating`, the `rooms` as they stand, the printed `sheets`, the `papers`."""
