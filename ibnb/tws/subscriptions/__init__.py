"""What goes on until it is stopped: what all streams have in common, and what a person holds of one."""
