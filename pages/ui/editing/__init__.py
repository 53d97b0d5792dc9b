"""What every editable thing shares: its history, its presets, its share text."""
