import Glibc

/// What the environment says about how a program should speak.
enum Accessibility {
  /// `ACCESSIBLE=1`: lines in place of screens.
  static var isWanted: Bool {
    guard let value = unsafe getenv("ACCESSIBLE") else { return false }
    return unsafe String(cString: value) == "1"
  }
}
