"""Quality: acceptance, agreement, rework, and the gate that a saving must pass."""
