profile-sentence =
    { $count ->
        [one] hat selbstständig eine Zahlung geleistet; diese Instanz bürgt dafür.
       *[other] hat selbstständig { $count } Zahlungen geleistet; diese Instanz bürgt dafür.
    }
profile-total = Zahlungen
profile-autonomous = Selbstständig geleistet
profile-on-time = Davon gut gegangen
profile-self-issued = Der Agent gehört dem Betreiber dieser Instanz, der hier selbst für ihn bürgt.
profile-what = Die Bewertung ist ein vorsichtiges Maß dafür, wie zuverlässig die eigenen Zahlungen des Agenten gelingen. Sie ist kein Kreditrahmen und nicht als alleinige Grundlage für Entscheidungen über Menschen gedacht.
