"""The words that every rendering uses, whatever its form."""
