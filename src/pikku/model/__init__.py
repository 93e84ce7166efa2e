"""Floor 0: frozen values that say what is. No clock, no chance, no IO."""
