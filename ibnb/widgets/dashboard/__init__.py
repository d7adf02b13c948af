"""All panels on one page, a tab each, on one session that the set-up tab makes."""

#: The variable by which `ibnb dashboard` tells its page that its session may send orders.
ORDERS = "IBNB_DASHBOARD_ORDERS"
