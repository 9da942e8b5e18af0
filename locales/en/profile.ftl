profile-sentence =
    { $count ->
        [one] has made one payment on its own and is vouched for by this instance.
       *[other] has made { $count } payments on its own and is vouched for by this instance.
    }
profile-autonomous = Made on its own
profile-self-issued = The agent belongs to whoever runs this instance, who vouches for it here.
profile-what = The score is a cautious index of how reliably the agent's own payments go right. It is no credit limit, and not meant for decisions about people on its own.
profile-on-time = Went right
profile-of-all =
    { $total ->
        [one] of one in all
       *[other] of { $total } in all
    }
profile-on-time-of =
    { $right ->
        [one] one paid or on time
       *[other] { $right } paid or on time
    }
profile-certified = Certified until { $date }
profile-see-certificate = See the certificate
profile-about = How reliably { $name } pays: score, certificates and how they came about.
