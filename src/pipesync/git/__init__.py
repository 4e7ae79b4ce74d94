"""What git knows: the checkout, and files and history of commits. Nothing is fetched, nothing is written."""
