"""What stands behind every number that is shown: measured, kept, and measured again when somebody asks."""
