"""All SQL of the dashboards: one function per question, bound parameters only, Arrow tables out."""
