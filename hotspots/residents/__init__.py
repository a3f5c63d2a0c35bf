"""Residents by ethnic group and age, from files of a census that the force loads."""
