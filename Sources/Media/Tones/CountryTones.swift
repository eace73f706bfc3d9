/// The signalling tones of a country's telephone network.
struct CountryTones {
  var dialTone: ToneProgram
  var ringback: ToneProgram
  var busy: ToneProgram
  var congestion: ToneProgram
  var callWaiting: ToneProgram

  /// Cadences in milliseconds, on and off in turns. `dial`, `ringbackAt` and `waitingAt` are the frequencies where they differ from
  /// those of busy and congestion.
  private init(
    _ frequencies: [Double], ringback: [Int], busy: [Int], congestion: [Int], waiting: [Int]? = nil, dial: [Int] = [1000],
    dialAt: [Double]? = nil, ringbackAt: [Double]? = nil, waitingAt: [Double]? = nil
  ) {
    dialTone = .cadence(dialAt ?? frequencies, dial)
    self.ringback = .cadence(ringbackAt ?? frequencies, ringback)
    self.busy = .cadence(frequencies, busy)
    self.congestion = .cadence(frequencies, congestion)
    callWaiting = .cadence(waitingAt ?? frequencies, waiting ?? [200, 600, 200, 3000], level: -20)
  }

  /// Those with tones of their own, in the order of the alphabet; `eu` stands for a country that is not listed.
  static let codes: [String] = table.keys.filter { $0 != "uk" }.sorted()

  /// `uk` is understood for `gb`.
  static func of(_ country: String) -> CountryTones {
    table[country.lowercased()] ?? european
  }

  /// What most of Europe has, within the limits that Recommendation E.180 sets to all new tones.
  private static let european = CountryTones([425], ringback: [1000, 4000], busy: [500, 500], congestion: [250, 250])

  private static let northAmerican = CountryTones(
    [480, 620], ringback: [2000, 4000], busy: [500, 500], congestion: [250, 250], waiting: [300, 10_000], dialAt: [350, 440],
    ringbackAt: [440, 480], waitingAt: [440])

  private static let british = CountryTones(
    [400], ringback: double, busy: [375, 375], congestion: [400, 350, 225, 525], waiting: [100, 3900], dialAt: [350, 440],
    ringbackAt: [400, 450])

  /// The double ring of Britain and of where its engineers went.
  private static let double = [400, 200, 400, 2000]

  private static func plain(_ frequency: Double, ringback: [Int] = [1000, 4000], busy: [Int], congestion: [Int]? = nil)
    -> CountryTones
  {
    CountryTones([frequency], ringback: ringback, busy: busy, congestion: congestion ?? [250, 250])
  }

  /// As the administrations reported them to the ITU: Recommendation E.180/Q.35, Supplement 2, "Various tones used in national
  /// networks". Where a country reported several cadences, the first one; tones that are modulated (`400 × 25`) are given as the
  /// three sines of which they are the sum. The entries of at, be, bg, ch, cn, cz, de, dk, ee, fr, hu, id, it, nl, ph, th and ve
  /// were compared with the ITU's later list (Operational Bulletin 781 of 2003), as others quote it; where the two differ the
  /// later holds.
  private static let table: [String: CountryTones] = [
    "ae": CountryTones(
      [400], ringback: double, busy: [375, 375], congestion: [400, 350, 225, 525], dialAt: [350, 440], ringbackAt: [400, 450]),
    "ar": plain(425, ringback: [1000, 4500], busy: [300, 200], congestion: [300, 400]),
    "at": CountryTones([420], ringback: [1000, 5000], busy: [400, 400], congestion: [200, 200], waiting: [40, 1950]),
    "au": CountryTones(
      [425], ringback: double, busy: [375, 375], congestion: [375, 375], waiting: [200, 200, 200, 4400], dialAt: [413, 438],
      ringbackAt: [400, 450]),
    "be": CountryTones(
      [425], ringback: [1000, 3000], busy: [500, 500], congestion: [167, 167], waiting: [175, 175, 175, 3500],
      waitingAt: [1400]),
    "bg": CountryTones([425], ringback: [1000, 4000], busy: [500, 500], congestion: [250, 250], waiting: [150, 150, 150, 4000]),
    "br": CountryTones([425], ringback: [1000, 4000], busy: [250, 250], congestion: [250, 250, 750, 250], waiting: [50, 1000]),
    "ca": northAmerican,
    "ch": CountryTones([425], ringback: [1000, 4000], busy: [500, 500], congestion: [200, 200], waiting: [200, 200, 200, 4000]),
    "cl": CountryTones([400], ringback: [1000, 3000], busy: [500, 500], congestion: [200, 200], waiting: [250, 8750]),
    "cn": CountryTones([450], ringback: [1000, 4000], busy: [350, 350], congestion: [700, 700], waiting: [400, 4000]),
    "cy": plain(425, ringback: [1500, 3000], busy: [500, 500]),
    "cz": CountryTones(
      [425], ringback: [1000, 4000], busy: [330, 330], congestion: [165, 165], waiting: [330, 9000], dial: [330, 330, 660, 660]),
    "de": CountryTones([425], ringback: [1000, 4000], busy: [480, 480], congestion: [240, 240], waiting: [200, 200, 200, 5000]),
    "dk": CountryTones([425], ringback: [1000, 4000], busy: [500, 500], congestion: [200, 200], waiting: [200, 600, 200, 3000]),
    "dz": plain(425, ringback: [1500, 3500], busy: [500, 500]),
    "ee": plain(425, busy: [300, 300], congestion: [200, 200]),
    "es": CountryTones(
      [425], ringback: [1500, 3000], busy: [200, 200], congestion: [200, 200, 200, 200, 200, 600], waiting: [175, 175, 175, 3500]),
    "eu": european,
    "fi": CountryTones([425], ringback: [1000, 4000], busy: [300, 300], congestion: [200, 200], waiting: [150, 150, 150, 8000]),
    "fr": CountryTones([440], ringback: [1500, 3500], busy: [500, 500], congestion: [250, 250], waiting: [300, 10_000]),
    "gb": british,
    "gr": CountryTones(
      [425], ringback: [1000, 4000], busy: [300, 300], congestion: [150, 150], waiting: [300, 10_000], dial: [200, 300, 700, 800]),
    "hk": CountryTones(
      [480, 620], ringback: [400, 200, 400, 3000], busy: [500, 500], congestion: [250, 250], dialAt: [350, 440],
      ringbackAt: [440, 480]),
    "hr": plain(425, busy: [500, 500]),
    "hu": CountryTones([425], ringback: [1250, 3750], busy: [300, 300], congestion: [300, 300], waiting: [40, 1960]),
    "id": CountryTones(
      [425], ringback: [1000, 4000], busy: [500, 500], congestion: [250, 250], waiting: [150, 150, 150, 10_000]),
    "ie": british,
    "il": CountryTones([400], ringback: [1000, 3000], busy: [500, 500], congestion: [250, 250], waiting: [500, 10_000]),
    "in": CountryTones(
      [400], ringback: double, busy: [750, 750], congestion: [250, 250], waiting: [200, 100, 200, 7500],
      dialAt: [375, 400, 425], ringbackAt: [375, 400, 425]),
    "ir": plain(425, busy: [500, 500]),
    "is": plain(425, ringback: [1200, 4700], busy: [250, 250]),
    "it": CountryTones(
      [425], ringback: [1000, 4000], busy: [500, 500], congestion: [200, 200], waiting: [400, 100, 250, 100, 150, 14_000],
      dial: [200, 200, 600, 1000]),
    "jp": CountryTones(
      [400], ringback: [1000, 2000], busy: [500, 500], congestion: [500, 500], waiting: [100, 100, 100, 3000],
      ringbackAt: [384, 416]),
    "kr": CountryTones(
      [480, 620], ringback: [1000, 2000], busy: [500, 500], congestion: [300, 200], waiting: [250, 250, 250, 3250],
      dialAt: [350, 440], ringbackAt: [440, 480], waitingAt: [350, 440]),
    "lt": plain(425, busy: [350, 350], congestion: [200, 200]),
    "lu": plain(425, busy: [480, 480], congestion: [240, 240]),
    "lv": plain(425, busy: [300, 300], congestion: [200, 200]),
    "ma": plain(425, ringback: [1700, 3300], busy: [500, 500]),
    "mo": plain(425, busy: [500, 500]),
    "mx": CountryTones(
      [425], ringback: [1000, 4000], busy: [250, 250], congestion: [250, 250], waiting: [200, 600, 200, 10_000]),
    "my": CountryTones([425], ringback: double, busy: [500, 500], congestion: [500, 500], waiting: [1000, 10_000]),
    "nl": CountryTones([425], ringback: [1000, 4000], busy: [500, 500], congestion: [250, 250], waiting: [500, 9500]),
    "no": CountryTones(
      [425], ringback: [1000, 4000], busy: [500, 500], congestion: [200, 200], waiting: [200, 600, 200, 10_000]),
    "nz": CountryTones([400], ringback: double, busy: [500, 500], congestion: [250, 250], ringbackAt: [400, 450]),
    "pa": plain(425, ringback: [1200, 4650], busy: [320, 320]),
    "pe": plain(425, busy: [500, 500]),
    "ph": CountryTones(
      [480, 620], ringback: [1000, 4000], busy: [500, 500], congestion: [250, 250], waiting: [300, 10_000], dialAt: [425],
      ringbackAt: [425, 480], waitingAt: [440]),
    "pk": plain(400, ringback: [1000, 2000], busy: [750, 750]),
    "pl": CountryTones([425], ringback: [1000, 4000], busy: [500, 500], congestion: [500, 500], waiting: [150, 150, 150, 4000]),
    "pt": CountryTones([425], ringback: [1000, 5000], busy: [500, 500], congestion: [200, 200], waiting: [200, 200, 200, 5000]),
    "ro": plain(450, busy: [167, 167]),
    "rs": plain(425, busy: [500, 500]),
    "ru": CountryTones([425], ringback: [800, 3200], busy: [400, 400], congestion: [200, 200], waiting: [200, 5000]),
    "sa": plain(425, ringback: [1200, 4600], busy: [500, 500]),
    "se": CountryTones([425], ringback: [1000, 5000], busy: [250, 250], congestion: [250, 750], waiting: [200, 500, 200, 8000]),
    "sg": CountryTones(
      [425], ringback: double, busy: [750, 750], congestion: [250, 250], waiting: [300, 200, 300, 3200],
      ringbackAt: [401, 425, 449]),
    "si": plain(425, busy: [500, 500], congestion: [200, 200]),
    "sk": plain(425, busy: [330, 330], congestion: [165, 165]),
    "th": CountryTones([400], ringback: [1000, 5000], busy: [500, 500], congestion: [300, 300], ringbackAt: [420]),
    "tr": CountryTones(
      [450], ringback: [2000, 4000], busy: [500, 500], congestion: [200, 200, 200, 200, 200, 200, 600, 200],
      waiting: [200, 600, 200, 8000]),
    "tw": CountryTones(
      [480, 620], ringback: [1000, 2000], busy: [500, 500], congestion: [250, 250], waiting: [250, 250, 250, 5000],
      dialAt: [350, 440], ringbackAt: [440, 480], waitingAt: [350, 440]),
    "uk": british,
    "us": northAmerican,
    "ve": CountryTones(
      [425], ringback: [1000, 4000], busy: [500, 500], congestion: [250, 250], waiting: [300, 6000], waitingAt: [400, 450]),
    "vn": plain(425, busy: [500, 500]),
    "za": CountryTones(
      [400], ringback: double, busy: [500, 500], congestion: [250, 250], waiting: [500, 1000], dialAt: [367, 400, 433],
      ringbackAt: [367, 400, 433]),
  ]
}
