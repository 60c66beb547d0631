"""What pages are put together from: figures, tables, filters, texts, states, downloads."""
