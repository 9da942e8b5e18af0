legal-imprint = Impressum
legal-privacy = Datenschutz
legal-empty = Wer diese Instanz betreibt, hat dies noch nicht ausgefüllt.
