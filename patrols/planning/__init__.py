"""Shifts ahead: changed, cancelled and handed over."""
