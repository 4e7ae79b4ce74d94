"""The client of Aiven's API: everything that knows a path, a field name or a status code.

`client.Client` is what the rest of the program speaks to. Importing this package loads nothing.
"""
