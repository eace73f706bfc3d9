/// Takes known keys out of one TOML table and complains about the rest.
struct TableReader {
  /// A value and where it stands, so that a later check can point at it.
  struct Located<Value> {
    var value: Value
    var position: TextPosition
  }

  let file: String
  /// How the table is called in sentences: `[network]`, `[[accounts]]`; empty for the root.
  let name: String
  let entries: [TOMLEntry]
  private var known: [String] = []
  private(set) var problems: [ConfigurationProblem] = []

  init(file: String, name: String, entries: [TOMLEntry]) {
    self.file = file
    self.name = name
    self.entries = entries
  }

  mutating func string(_ key: String) -> Located<String>? {
    guard let value = take(key) else { return nil }
    guard case .string(let text) = value.content else {
      complain(about: key, value, expected: "a string")
      return nil
    }
    return Located(value: text, position: value.position)
  }

  mutating func boolean(_ key: String) -> Bool? {
    guard let value = take(key) else { return nil }
    guard case .boolean(let truth) = value.content else {
      complain(about: key, value, expected: "true or false")
      return nil
    }
    return truth
  }

  mutating func integer(_ key: String) -> Located<Int64>? {
    guard let value = take(key) else { return nil }
    guard case .integer(let number) = value.content else {
      complain(about: key, value, expected: "an integer")
      return nil
    }
    return Located(value: number, position: value.position)
  }

  mutating func strings(_ key: String) -> [Located<String>]? {
    guard let value = take(key) else { return nil }
    guard case .array(let elements) = value.content else {
      complain(about: key, value, expected: "an array of strings")
      return nil
    }
    var strings: [Located<String>] = []
    for element in elements {
      if case .string(let text) = element.content {
        strings.append(Located(value: text, position: element.position))
      } else {
        complain(about: key, element, expected: "strings only")
      }
    }
    return strings
  }

  /// One string, or an array of them.
  mutating func words(_ key: String) -> [Located<String>]? {
    if case .array = entries.first(where: { $0.key == key })?.value.content { return strings(key) }
    return string(key).map { [$0] }
  }

  /// The table `key`; nil when there is none.
  mutating func table(_ key: String) -> TableReader? {
    guard let value = take(key) else { return nil }
    guard case .table(let entries) = value.content else {
      complain(about: key, value, expected: "a table, [\(key)]")
      return nil
    }
    return TableReader(file: file, name: "[\(key)]", entries: entries)
  }

  /// The tables of the array `key`, each with its place.
  mutating func tables(_ key: String) -> [Located<TableReader>] {
    guard let value = take(key) else { return [] }
    guard case .array(let elements) = value.content else {
      complain(about: key, value, expected: "an array of tables, [[\(key)]]")
      return []
    }
    var tables: [Located<TableReader>] = []
    let path = name.isEmpty ? key : "\(name.dropFirst().dropLast()).\(key)"
    for element in elements {
      if case .table(let entries) = element.content {
        let reader = TableReader(file: file, name: "[[\(path)]]", entries: entries)
        tables.append(Located(value: reader, position: element.position))
      } else {
        complain(about: key, element, expected: "an array of tables, [[\(key)]]")
      }
    }
    return tables
  }

  mutating func report(_ severity: ConfigurationProblem.Severity, at position: TextPosition, _ message: String) {
    problems.append(
      ConfigurationProblem(severity, file: file, line: position.line, column: position.column, message: message))
  }

  /// Warns of every key that nobody asked for, and takes over what `self` has found.
  mutating func finish(into all: inout [ConfigurationProblem]) {
    let place = name.isEmpty ? "" : " in \(name)"
    for entry in entries where !known.contains(entry.key) {
      let hint = EditDistance.nearest(to: entry.key, among: known).map { ", did you mean `\($0)`?" } ?? ""
      let key = DisplayText.bounded(entry.key, to: 64) ?? ""
      report(.warning, at: entry.keyPosition, "unknown key `\(key)`\(place)\(hint)")
    }
    all += problems
    problems = []
  }

  mutating func take(_ key: String) -> TOMLValue? {
    if !known.contains(key) { known.append(key) }
    return entries.first { $0.key == key }?.value
  }

  mutating func complain(about key: String, _ value: TOMLValue, expected: String) {
    report(.error, at: value.position, "`\(key)` must be \(expected), but this is \(value.typeName)")
  }
}
