"""YAML text to desired steps, or every problem with its place; and steps back to YAML text."""
