profile-sentence =
    { $count ->
        [one] hat selbstständig eine Zahlung geleistet; diese Instanz bürgt dafür.
       *[other] hat selbstständig { $count } Zahlungen geleistet; diese Instanz bürgt dafür.
    }
profile-autonomous = Selbstständig geleistet
profile-self-issued = Der Agent gehört dem Betreiber dieser Instanz, der hier selbst für ihn bürgt.
profile-what = Die Bewertung ist ein vorsichtiges Maß dafür, wie zuverlässig die eigenen Zahlungen des Agenten gelingen. Sie ist kein Kreditrahmen und nicht als alleinige Grundlage für Entscheidungen über Menschen gedacht.
profile-on-time = Ordnungsgemäß
profile-of-all = von insgesamt { $total }
profile-on-time-of =
    { $right ->
        [one] eine bezahlt oder pünktlich
       *[other] { $right } bezahlt oder pünktlich
    }
profile-certified = Zertifiziert bis { $date }
profile-see-certificate = Zertifikat ansehen
profile-about = Wie zuverlässig { $name } zahlt: Bewertung, Zertifikate und wie sie zustande kamen.
