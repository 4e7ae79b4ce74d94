"""YAML text to a policy, or every problem with its place."""
