"""Triggers that run once for a statement, whatever number of rows it writes."""

OPERATIONS = ("insert", "delete", "update")
_REFERENCING = {
    "insert": "NEW TABLE AS new_rows",
    "delete": "OLD TABLE AS old_rows",
    "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
}


def trigger_function(name: str, body: str) -> str:
    """The statement that creates or replaces the function of a trigger."""
    text = f"BEGIN {body} RETURN NULL; END"
    return f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {text} $$"


def statement_trigger(name: str, table: str, operation: str, function: str) -> str:
    """The statement that creates or replaces a trigger, which sees the rows as new_rows and old_rows."""
    return (
        f"CREATE OR REPLACE TRIGGER {name} AFTER {operation.upper()} ON {table} "
        f"REFERENCING {_REFERENCING[operation]} FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
    )
