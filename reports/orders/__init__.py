"""Paid-for patrols: what is delivered of orders, statements that are signed off, invoices, and hours payable."""
