"""The public answer: is this certificate genuine, and does it still hold? Reads only, and needs no sign-in."""
