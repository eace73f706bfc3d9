/// Things by their number, each at a place of its own in one array.
///
/// A dictionary hands out a copy of the whole value for a look at one field of it, and takes the value out and puts it back for a
/// change. A session or a transaction has a hundred parts, and every message asks for a few of them: here they are read and
/// changed where they lie.
struct Table<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private var places: [Key: Int] = [:]
  /// nil where something was taken out; such a place is given out again.
  private var rows: [Value?] = []
  private var vacancies: [Int] = []

  var count: Int { places.count }

  func contains(_ key: Key) -> Bool { places[key] != nil }

  // Always inlined: behind a call the one field that is wanted comes in a copy of the whole value. One `yield`, because an accessor
  // with two cannot be inlined.
  subscript(key: Key) -> Value? {
    @inline(__always)
    get {
      guard let place = places[key] else { return nil }
      return rows[place]
    }
    @inline(__always)
    _modify {
      let known = places[key]
      let place = known ?? vacancy()
      yield &rows[place]
      if case .none = rows[place] {
        vacate(place, of: key)
      } else if known == nil {
        places[key] = place
      }
    }
  }

  @discardableResult
  mutating func removeValue(forKey key: Key) -> Value? {
    guard let place = places[key] else { return nil }
    let value = rows[place].take()
    vacate(place, of: key)
    return value
  }

  private mutating func vacancy() -> Int {
    if let place = vacancies.popLast() { return place }
    rows.append(nil)
    return rows.count - 1
  }

  private mutating func vacate(_ place: Int, of key: Key) {
    places[key] = nil
    vacancies.append(place)
  }
}
