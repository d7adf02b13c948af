"""The journal: fills, account values and positions of each day, kept for good, and what they make together.

TWS forgets fills after a day, a week at most. What is kept lies in files of Parquet in a folder of the person's own,
each fill once; from them come round trips, the equity curve, drawdown and fees. Nothing is sent anywhere.
"""
