"""Pure functions: numbers, dates and scopes as people read them. No Streamlit, no DuckDB."""
