"""What goes over the wire, one module a noun; the OpenAPI and the UI's client come from these."""
