import Media
import SansIO

/// What is heard for a moment after a call that failed.
struct EndSound: Sendable {
  var program: ToneProgram
  var until: Instant
}

extension CallEnding.Sound {
  /// nil for silence.
  func program(country: String) -> ToneProgram? {
    switch self {
    case .none: nil
    case .busy: .busy(country)
    case .congestion: .congestion(country)
    }
  }
}
