"""The layouts of all messages, one module a subject; `ibnb.wire.codec` finds them by id."""
