"""What a panel is on its page: whether the kernel behind it still runs, and its last picture once there is none."""
