"""HTTP with a server that may be slow, broken or hostile: what the API's client and the HTTP store of states share."""
