"""What the doctor has found, as data, and its renderings as text and HTML."""
