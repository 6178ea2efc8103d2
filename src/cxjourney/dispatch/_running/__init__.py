"""What running a dispatcher takes beside deciding and acting: who did it, quotas, logs, figures."""
