"""Parts of all editors: history, presets, share text."""
