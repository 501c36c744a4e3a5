"""A page to paste into and an API, for people who need no terminal: ``scamtype serve``. Needs the extra ``web``; nothing else imports it."""
