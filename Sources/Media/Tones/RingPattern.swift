/// The ways in which the phone rings, so that the kind of a call is heard (RFC 7462 names kinds such as these).
public enum RingPattern: String, Hashable, Sendable, CaseIterable {
  case standard, external, `internal`, friend, family, important, gentle, short
}
