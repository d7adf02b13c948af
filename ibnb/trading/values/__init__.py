"""What an order is before it is sent: values, made of words and told in words; nothing here asks or sends."""
