"""The bank holidays of England and Wales, as shipped with the product: no network is asked."""

from __future__ import annotations

from datetime import date
from functools import lru_cache


@lru_cache(maxsize=1)
def bank_holidays() -> frozenset[date]:
    """Every bank holiday that the pinned `govuk-bank-holidays` knows, one-off days included."""
    from govuk_bank_holidays.bank_holidays import BankHolidays

    known = BankHolidays(use_cached_holidays=True)
    return frozenset(day["date"] for day in known.get_holidays(division=BankHolidays.ENGLAND_AND_WALES))
