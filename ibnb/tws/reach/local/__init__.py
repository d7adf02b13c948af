"""What can be seen of TWS on this machine without asking it: processes, sockets, its settings, its log.

Used where it is readable, never needed, and never sent anywhere. Command lines, log lines and user names stay out.
"""

from ibnb.tws.reach.local.look import Local, look_beside, look_locally
from ibnb.tws.reach.local.sockets import own_ends

__all__ = ["Local", "look_beside", "look_locally", "own_ends"]
