"""Where state lives, and how saved states and plans are read: what is foreign, torn or too new is refused."""
