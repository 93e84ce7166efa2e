"""Says what a name in the source stands for, through modules, imports, classes and functions."""
