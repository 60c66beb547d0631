"""One file per page: filters, one data call, figure or table, drill-down; nothing else."""
