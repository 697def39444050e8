"""The demo: a month of real flights, judged by the real pipeline, shown and proven. `make demo` runs it."""
