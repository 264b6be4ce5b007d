"""Questions on their way out, to learning platforms and card boxes, and in, from a teacher's file."""
