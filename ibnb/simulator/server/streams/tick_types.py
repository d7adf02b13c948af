"""The numbers of tick types under TWS's own names, and which stand for delayed data."""

from __future__ import annotations

from enum import IntEnum


class Tick(IntEnum):
    """What a tick of messages 1, 2, 21, 45 or 46 is about."""

    BID_SIZE = 0
    BID = 1
    ASK = 2
    ASK_SIZE = 3
    LAST = 4
    LAST_SIZE = 5
    HIGH = 6
    LOW = 7
    VOLUME = 8
    CLOSE = 9
    BID_OPTION = 10
    ASK_OPTION = 11
    LAST_OPTION = 12
    MODEL_OPTION = 13
    OPEN = 14
    LOW_13_WEEK = 15
    HIGH_13_WEEK = 16
    LOW_26_WEEK = 17
    HIGH_26_WEEK = 18
    LOW_52_WEEK = 19
    HIGH_52_WEEK = 20
    AVG_VOLUME = 21
    OPTION_HISTORICAL_VOLATILITY = 23
    OPTION_IMPLIED_VOLATILITY = 24
    CALL_OPEN_INTEREST = 27
    PUT_OPEN_INTEREST = 28
    CALL_VOLUME = 29
    PUT_VOLUME = 30
    INDEX_FUTURE_PREMIUM = 31
    BID_EXCHANGE = 32
    ASK_EXCHANGE = 33
    AUCTION_VOLUME = 34
    AUCTION_PRICE = 35
    AUCTION_IMBALANCE = 36
    MARK_PRICE = 37
    LAST_TIMESTAMP = 45
    SHORTABLE = 46
    RT_VOLUME = 48
    HALTED = 49
    CUSTOM_OPTION = 53
    TRADE_COUNT = 54
    TRADE_RATE = 55
    VOLUME_RATE = 56
    LAST_RTH_TRADE = 57
    RT_HISTORICAL_VOLATILITY = 58
    IB_DIVIDENDS = 59
    REGULATORY_IMBALANCE = 61
    RT_TRADE_VOLUME = 77
    LAST_EXCHANGE = 84
    FUTURES_OPEN_INTEREST = 86
    AVG_OPTION_VOLUME = 87
    SHORTABLE_SHARES = 89


#: The type under which a tick comes where the data is delayed; what is not here has no delayed form.
DELAYED_AS = {
    Tick.BID: 66,
    Tick.ASK: 67,
    Tick.LAST: 68,
    Tick.BID_SIZE: 69,
    Tick.ASK_SIZE: 70,
    Tick.LAST_SIZE: 71,
    Tick.HIGH: 72,
    Tick.LOW: 73,
    Tick.VOLUME: 74,
    Tick.CLOSE: 75,
    Tick.OPEN: 76,
    Tick.BID_OPTION: 80,
    Tick.ASK_OPTION: 81,
    Tick.LAST_OPTION: 82,
    Tick.MODEL_OPTION: 83,
    Tick.LAST_TIMESTAMP: 88,
    Tick.HALTED: 90,
}
