"""Where messages go beside the letter box: webhooks, group robots, and what apprise speaks."""
