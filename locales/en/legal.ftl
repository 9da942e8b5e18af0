legal-imprint = Imprint
legal-privacy = Privacy
legal-empty = Whoever runs this instance has not filled this in yet.
