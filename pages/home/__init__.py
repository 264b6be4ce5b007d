"""Where one begins, and what this browser has left here."""
