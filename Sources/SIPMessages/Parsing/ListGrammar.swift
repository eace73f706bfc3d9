/// What stands between the values of a list, for headers that read their values one after the other in a single pass.
@usableFromInline
enum ListGrammar {
  /// Passes blanks and commas; false when no value follows. Empty elements are passed over.
  @usableFromInline
  static func begin(_ bytes: ArraySlice<UInt8>, _ place: inout Int) -> Bool {
    let span = bytes.span
    while place < span.count, span.byte(place).isLinearWhitespace || span.byte(place) == 0x2C { place &+= 1 }
    return place < span.count
  }

  /// Passes the blanks after a value, and throws unless a comma or nothing follows.
  @usableFromInline
  static func end(_ bytes: ArraySlice<UInt8>, _ place: inout Int) throws(HeaderError) {
    let span = bytes.span
    span.skipWhitespace(&place)
    guard place == span.count || span.byte(place) == 0x2C else { throw HeaderError(.unexpectedCharacter, offset: place) }
  }

  /// Throws unless nothing but blanks follows.
  @usableFromInline
  static func expectEnd(_ bytes: ArraySlice<UInt8>, _ place: Int) throws(HeaderError) {
    let span = bytes.span
    var end = place
    span.skipWhitespace(&end)
    guard end == span.count else { throw HeaderError(.unexpectedCharacter, offset: end) }
  }
}
