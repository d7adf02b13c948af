"""An alert's own widget: what it watches, how it stands, what it has told."""
