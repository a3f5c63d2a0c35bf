"""Statements as signed bundles that anybody can check without this service."""
