"""What authors write: lessons of blocks, claims with their evidence, equations with numbers."""
