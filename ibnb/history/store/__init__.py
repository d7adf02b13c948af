"""What is kept: files that anything opens, whole or not there at all, with what has been asked noted beside."""
