"""Downloads: whole tables or what a search finds, in five formats, each with a manifest that can be checked."""
