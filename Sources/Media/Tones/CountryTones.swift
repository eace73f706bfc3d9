/// The signalling tones of a country, as the administrations report them to the ITU (Recommendation E.180 and its supplement 2).
struct CountryTones {
  var dialTone: ToneProgram
  var ringback: ToneProgram
  var busy: ToneProgram
  var congestion: ToneProgram
  var callWaiting: ToneProgram

  /// Cadences in milliseconds, on and off in turns.
  private init(
    _ frequencies: [Double], dial: [Int] = [1000], ringback: [Int], busy: [Int], congestion: [Int], waiting: [Int],
    dialFrequencies: [Double]? = nil, ringbackFrequencies: [Double]? = nil, waitingFrequencies: [Double]? = nil
  ) {
    dialTone = .cadence(dialFrequencies ?? frequencies, dial)
    self.ringback = .cadence(ringbackFrequencies ?? frequencies, ringback)
    self.busy = .cadence(frequencies, busy)
    self.congestion = .cadence(frequencies, congestion)
    callWaiting = .cadence(waitingFrequencies ?? frequencies, waiting, level: -20)
  }

  static let codes = ["at", "au", "ch", "de", "es", "eu", "fr", "it", "jp", "nl", "se", "uk", "us"]

  static func of(_ country: String) -> CountryTones {
    switch country.lowercased() {
    case "us", "ca": unitedStates
    case "uk", "gb", "ie": unitedKingdom
    case "de":
      CountryTones(
        [425], ringback: [1000, 4000], busy: [480, 480], congestion: [240, 240], waiting: [200, 200, 200, 5000])
    case "fr":
      CountryTones([440], ringback: [1500, 3500], busy: [500, 500], congestion: [250, 250], waiting: [300, 10_000])
    case "it":
      CountryTones(
        [425], dial: [200, 200, 600, 1000], ringback: [1000, 4000], busy: [500, 500], congestion: [200, 200],
        waiting: [400, 100, 250, 100, 150, 14_000])
    case "es":
      CountryTones(
        [425], ringback: [1500, 3000], busy: [200, 200], congestion: [200, 200, 200, 200, 200, 600],
        waiting: [175, 175, 175, 3500])
    case "ch":
      CountryTones([425], ringback: [1000, 4000], busy: [500, 500], congestion: [200, 200], waiting: [200, 200, 200, 4000])
    case "at":
      CountryTones([420], ringback: [1000, 5000], busy: [400, 400], congestion: [200, 200], waiting: [40, 1950])
    case "se":
      CountryTones([425], ringback: [1000, 5000], busy: [250, 250], congestion: [250, 750], waiting: [200, 500, 200, 8000])
    case "nl":
      CountryTones([425], ringback: [1000, 4000], busy: [500, 500], congestion: [250, 250], waiting: [500, 9500])
    case "jp":
      CountryTones(
        [400], ringback: [1000, 2000], busy: [500, 500], congestion: [500, 500], waiting: [100, 100, 100, 3000],
        ringbackFrequencies: [384, 416])
    case "au":
      CountryTones(
        [425], ringback: [400, 200, 400, 2000], busy: [375, 375], congestion: [375, 375], waiting: [200, 200, 200, 4400],
        dialFrequencies: [413, 438], ringbackFrequencies: [400, 450])
    default:
      CountryTones([425], ringback: [1000, 4000], busy: [500, 500], congestion: [250, 250], waiting: [200, 600, 200, 3000])
    }
  }

  private static var unitedStates: CountryTones {
    CountryTones(
      [480, 620], ringback: [2000, 4000], busy: [500, 500], congestion: [250, 250], waiting: [300, 10_000],
      dialFrequencies: [350, 440], ringbackFrequencies: [440, 480], waitingFrequencies: [440])
  }

  private static var unitedKingdom: CountryTones {
    CountryTones(
      [400], ringback: [400, 200, 400, 2000], busy: [375, 375], congestion: [400, 350, 225, 525], waiting: [100, 3900],
      dialFrequencies: [350, 440], ringbackFrequencies: [400, 450])
  }
}
