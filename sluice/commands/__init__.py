"""The commands of the pure core: reading files and printing, nothing else."""
