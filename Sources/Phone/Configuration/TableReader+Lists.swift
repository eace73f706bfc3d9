/// Numbers, and lists of them.
extension TableReader {
  func has(_ key: String) -> Bool { entries.contains { $0.key == key } }

  /// An integer or a number with a fraction.
  mutating func number(_ key: String) -> Located<Double>? {
    guard let value = take(key) else { return nil }
    guard let number = value.number else {
      complain(about: key, value, expected: "a number")
      return nil
    }
    return Located(value: number, position: value.position)
  }

  mutating func numbers(_ key: String) -> Located<[Double]>? {
    guard let value = take(key) else { return nil }
    guard case .array(let elements) = value.content else {
      complain(about: key, value, expected: "an array of numbers")
      return nil
    }
    var numbers: [Double] = []
    for element in elements {
      if let number = element.number {
        numbers.append(number)
      } else {
        complain(about: key, element, expected: "numbers only")
      }
    }
    return Located(value: numbers, position: value.position)
  }

  /// An array of strings, read as one list, or an array of such arrays.
  mutating func stringLists(_ key: String) -> [[Located<String>]]? {
    guard let value = take(key) else { return nil }
    guard case .array(let elements) = value.content else {
      complain(about: key, value, expected: "an array of strings, or an array of such arrays")
      return nil
    }
    var flat: [Located<String>] = []
    var lists: [[Located<String>]] = []
    for element in elements {
      switch element.content {
      case .string(let text): flat.append(Located(value: text, position: element.position))
      case .array(let inner):
        var list: [Located<String>] = []
        for value in inner {
          if case .string(let text) = value.content {
            list.append(Located(value: text, position: value.position))
          } else {
            complain(about: key, value, expected: "strings only")
          }
        }
        lists.append(list)
      case .table, .integer, .float, .boolean, .date: complain(about: key, element, expected: "strings only")
      }
    }
    if !flat.isEmpty, let first = lists.first?.first {
      report(.error, at: first.position, "`\(key)` is either an array of strings or an array of arrays, not both")
      return nil
    }
    return lists.isEmpty ? [flat] : lists
  }
}

extension TOMLValue {
  fileprivate var number: Double? {
    switch content {
    case .integer(let number): Double(number)
    case .float(let number): number.isFinite ? number : nil
    case .table, .array, .string, .boolean, .date: nil
    }
  }
}
