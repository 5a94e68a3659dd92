"""Briefs (简报): a search over some days as a document that a leader reads and an office edits.

collecting ─▶ Brief (values) ─▶ wording (Jinja over Markdown) ─▶ text that people edit
                                                                  └─▶ blocks ─▶ Word, HTML, mail, robots
"""
