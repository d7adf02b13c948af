"""The dashboard: one page of panels, served by Voila on this machine to whoever has the token of its address.

The page is a notebook (`page.ipynb`), run anew for each window that opens it; what stands on it is made by
`ibnb.widgets.dashboard`. All that is asked of the server passes a gate first (`gate`).
"""
